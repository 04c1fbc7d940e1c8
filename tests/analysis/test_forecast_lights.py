from __future__ import annotations

import datetime as dt

import pytest

D = dt.date
TODAY = D(2026, 11, 18)


def day(back):
    return TODAY - dt.timedelta(days=back)


def lights_of(forecast_all, make_records, leads, **more):
    rows = [lead | {"lead_id": f"L{place}"} for place, lead in enumerate(leads)]
    return forecast_all(make_records(rows, **more), TODAY).lights


def qualified(recent, earlier):
    """Spread leads over the last 90 days and over the 275 days before."""
    return [{"stage": "Proposal", "sql_date": day(n % 90)} for n in range(recent)] + [
        {"stage": "Proposal", "sql_date": day(364 - n % 275)} for n in range(earlier)
    ]


@pytest.mark.parametrize(
    ("recent", "earlier", "colour"),
    [
        # 275 in 275 days is one a day: 90 are usual
        (90, 275, "green"),
        (81, 275, "green"),
        (80, 275, "amber"),
        (63, 275, "amber"),
        (62, 275, "red"),
        (0, 275, "red"),
        (19, 0, "none"),
        (100, 0, "none"),
        (0, 0, "none"),
        (9, 10, "none"),
    ],
)
def test_volume_compares_the_last_90_days_with_the_rest_of_the_year(
    make_records, forecast_all, recent, earlier, colour
):
    light, sentence = lights_of(forecast_all, make_records, qualified(recent, earlier))["volume"]
    assert light == colour
    if colour == "none":
        assert sentence.startswith("Insufficient history")
    else:
        assert f"{recent} qualified leads in the last 90 days" in sentence


def test_lights_set_thousands_apart(make_records, forecast_all):
    volume = lights_of(forecast_all, make_records, qualified(1_200, 2_750))["volume"]
    assert volume[1].startswith("1,200 qualified leads ")
    assert volume[1].endswith("of the usual 900.")


def test_volume_falls_back_on_new_leads_and_says_so(make_records, forecast_all):
    leads = [{"stage": "Prospecting", "created": day(n)} for n in range(365)]
    light, sentence = lights_of(forecast_all, make_records, leads)["volume"]
    assert light == "green"
    assert "new leads (none has an SQL or Opportunity Date)" in sentence


def closed(won, lost, back):
    return [{"stage": "Won", "close_date": day(back)}] * won + [{"stage": "Lost", "close_date": day(back)}] * lost


@pytest.mark.parametrize(
    ("recent", "earlier", "colour"),
    [
        # 50 % now, 50 % over the year
        ((20, 20), (20, 20), "green"),
        # 40 % now against 60 of 120 = 50 %: 0.8
        ((16, 24), (44, 36), "amber"),
        # 25 % now against 50 of 80 = 62.5 %: 0.4
        ((10, 30), (40, 0), "red"),
        ((9, 10), (50, 50), "none"),
        ((20, 20), (0, 0), "none"),
        # nothing was won all year
        ((0, 20), (0, 20), "none"),
    ],
)
def test_conversion_compares_win_rates_where_there_are_no_visits(make_records, forecast_all, recent, earlier, colour):
    leads = closed(*recent, 30) + closed(*earlier, 200)
    light, sentence = lights_of(forecast_all, make_records, leads)["conversion"]
    assert light == colour
    assert sentence.startswith("Insufficient history") == (colour == "none")


def test_conversion_uses_stage_visits_where_history_has_them(make_records, forecast_all):
    history = []
    for n in range(40):
        # 10 of 20 went on in the last 90 days, 20 of 20 before: 0.5 against 30 of 40
        recent = n < 20
        ended, onward = (30, n < 10) if recent else (200, True)
        history += [
            {"lead_id": f"H{n}", "changed_at": day(ended + 10), "event": "created", "stage": "Proposal"},
            {
                "lead_id": f"H{n}", "changed_at": day(ended), "event": "stage",
                "stage": "Objections" if onward else "Lost",
            },
        ]  # fmt: skip
    light, sentence = lights_of(forecast_all, make_records, [], history=history)["conversion"]
    assert light == "red"
    assert sentence == ("50% of 20 stage visits ended in progress in the last 90 days, against 75% over the year.")


@pytest.mark.parametrize(
    ("within", "beyond", "colour"),
    [(14, 6, "green"), (13, 7, "amber"), (10, 10, "amber"), (9, 11, "red"), (19, 0, "none")],
)
def test_velocity_is_the_share_within_the_expected_days(make_records, forecast_all, within, beyond, colour):
    # Prospecting is expected to take 3 days and is entered when the lead is created
    leads = [{"stage": "Prospecting", "created": day(3)}] * within + [
        {"stage": "Prospecting", "created": day(4)}
    ] * beyond
    leads += [{"stage": "Won"}, {"stage": "Prospecting"}]
    light, sentence = lights_of(forecast_all, make_records, leads)["velocity"]
    assert light == colour
    if colour != "none":
        assert sentence.startswith(f"{within} of {within + beyond} open leads")
