"""What LibreOffice does for the engine in one call: each question over the pipe takes it a thousandth of a second."""

from __future__ import annotations

MODULE = "Leadbook"
SOURCE = """
Sub Dress(given)
  Dim at, one, cells
  For at = LBound(given) To UBound(given)
    one = given(at)
    cells = one(0).getCellRangeByPosition(one(2) - 1, one(1) - 1, one(4) - 1, one(3) - 1)
    Select Case one(5)
      Case "rows"
        cells.Rows.setPropertyValue(one(6), one(7))
      Case "columns"
        cells.Columns.setPropertyValue(one(6), one(7))
      Case "short"
        cells.setPropertyValue(one(6), CInt(one(7)))
      Case "merged"
        cells.merge(one(7))
      Case "rule"
        AddRule(cells, one(0), one(7))
      Case "allowed"
        Allow(cells, one(7))
      Case Else
        cells.setPropertyValue(one(6), one(7))
    End Select
  Next
End Sub

Sub AddRule(cells, sheet, given)
  Dim rules, areas, number, all, at, made, family, style
  areas = given(0).createInstance("com.sun.star.sheet.SheetCellRanges")
  areas.addRangeAddress(cells.RangeAddress, False)
  rules = sheet.ConditionalFormats
  number = rules.createByRange(areas)
  all = rules.getConditionalFormats()
  For at = LBound(all) To UBound(all)
    If all(at).ID = number Then made = all(at)
  Next
  made.createEntry(given(1), 0)
  If given(1) = 2 Then made.getByIndex(0).Color = given(2)
  If given(1) <> 0 Then Exit Sub
  family = given(0).StyleFamilies.getByName("CellStyles")
  If Not family.hasByName(given(3)) Then
    family.insertByName(given(3), given(0).createInstance("com.sun.star.style.CellStyle"))
    style = family.getByName(given(3))
    If given(4) >= 0 Then style.CellBackColor = given(4)
    If given(5) >= 0 Then style.CharColor = given(5)
    If given(6) Then style.CharWeight = 150.0
  End If
  made.getByIndex(0).Operator = 9
  made.getByIndex(0).Formula1 = given(2)
  made.getByIndex(0).StyleName = given(3)
End Sub

Sub Allow(cells, given)
  Dim rule
  rule = cells.Validation
  rule.Type = given(0)
  If given(1) <> "" Then rule.setFormula1(given(1))
  rule.ShowInputMessage = given(2)
  rule.InputTitle = given(3)
  rule.InputMessage = given(4)
  cells.Validation = rule
End Sub

Function Looks(document, cells, kinds)
  Dim groups, at, kept, kind, areas
  groups = cells.getUniqueCellFormatRanges()
  Dim found(groups.Count - 1)
  kept = 0
  For at = 0 To groups.Count - 1
    kind = document.NumberFormats.getByKey(groups.getByIndex(at).NumberFormat).Type
    If (kind And kinds) <> 0 Then
      areas = groups.getByIndex(at).RangeAddresses
      found(kept) = Array(kind, areas)
      kept = kept + 1
    End If
  Next
  Looks = found
End Function

Function Lists(document)
  Dim at, all
  all = document.DatabaseRanges
  If all.Count = 0 Then
    Lists = Array()
    Exit Function
  End If
  Dim found(all.Count - 1)
  For at = 0 To all.Count - 1
    found(at) = Array(all.getByIndex(at).Name, all.getByIndex(at).DataArea)
  Next
  Lists = found
End Function

Function Rules(sheet)
  Dim at, all
  all = sheet.ConditionalFormats.getConditionalFormats()
  If UBound(all) < LBound(all) Then
    Rules = Array()
    Exit Function
  End If
  Dim found(UBound(all))
  For at = 0 To UBound(all)
    found(at) = Array(all(at).ID, all(at).Range.RangeAddresses, all(at))
  Next
  Rules = found
End Function
"""


class Macros:
    """Macros of LibreOffice's own language, kept in the profile of one that runs."""

    def __init__(self, context) -> None:
        made = context.ServiceManager.createInstanceWithContext
        library = made("com.sun.star.script.ApplicationScriptLibraryContainer", context)
        if not library.hasByName("Standard"):
            library.createLibrary("Standard")
        library.loadLibrary("Standard")
        library.getByName("Standard").insertByName(MODULE, SOURCE)
        factory = made("com.sun.star.script.provider.MasterScriptProviderFactory", context)
        provider = factory.createScriptProvider("")
        address = f"vnd.sun.star.script:Standard.{MODULE}.%s?language=Basic&location=application"
        self._scripts = {name: provider.getScript(address % name) for name in ("Dress", "Looks", "Lists", "Rules")}

    def __call__(self, name, *given):
        return self._scripts[name].invoke(given, (), ())[0]
