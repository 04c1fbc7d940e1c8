"""What stands between a workbook and its first click: found out without Excel, told in plain words."""
