use super::{check, check_num, check_us};

#[test]
fn parts_of_a_date() {
    check(&[
        (
            "Year('2012-10-12') & '.' & Month('2012-10-12') & '.' & Day('2012-10-12')",
            "2012.Oct.12",
        ),
        ("Month('2012-10-12') * 1", "10"),
        ("Week('2012-10-12')", "41"),
        ("Week(35648)", "32"),
        ("WeekYear('2021-01-03')", "2020"),
        ("WeekDay('1971-10-12') & WeekDay('1971-10-12') * 1", "Tue1"),
        ("WeekDay('1971-10-12',6) * 1", "2"),
        (
            "Hour('09:14:36') & ':' & Minute('09:14:36') & ':' & Second('09:14:36')",
            "9:14:36",
        ),
        ("Hour(0.999999999995)", "0"),
        ("Hour(0.99999999998)", "23"),
        (
            "DayNumberOfYear('2023-03-01') - DayNumberOfYear('2024-03-01')",
            "0",
        ),
        ("DayNumberOfYear('2024-03-01',3)", "1"),
        ("Year('nonsense')", "NULL"),
        ("Year(1e9)", "NULL"),
    ]);
    check_us(&[
        ("Week('1/1/2021')", "1"),
        ("Week('1/3/2021')", "2"),
        ("WeekDay('10/12/1971') * 1", "2"),
    ]);
}

#[test]
fn months_are_added() {
    check(&[
        ("AddMonths('2003-01-29',1)", "2003-02-28"),
        ("AddMonths('2003-01-29',3,1)", "2003-04-28"),
        ("AddMonths('2003-01-29',-3)", "2002-10-29"),
        ("AddYears('2024-02-29',1)", "2025-02-28"),
        ("AddMonths('2003-01-29',1e12)", "NULL"),
    ]);
}

#[test]
fn periods_start_end_and_have_names() {
    check(&[
        ("MonthStart('2001-10-19')", "2001-10-01"),
        ("MonthStart('2001-10-19',-1)", "2001-09-01"),
        ("MonthEnd('2001-02-19')", "2001-02-28"),
        ("Timestamp(MonthEnd('2001-02-19'))", "2001-02-28 23:59:59.999"),
        ("QuarterStart('2005-10-29')", "2005-10-01"),
        ("QuarterStart('2005-10-29',-1)", "2005-07-01"),
        ("QuarterStart('2005-10-29',0,3)", "2005-09-01"),
        ("QuarterEnd('2005-10-29')", "2005-12-31"),
        ("YearStart('2001-10-19')", "2001-01-01"),
        ("YearStart('2001-10-19',0,4)", "2001-04-01"),
        ("YearEnd('2001-10-19')", "2001-12-31"),
        ("WeekStart('2013-01-12')", "2013-01-07"),
        ("WeekStart('2013-01-12',-1)", "2012-12-31"),
        ("WeekStart('2013-01-12',0,6)", "2013-01-06"),
        ("WeekEnd('2013-01-10')", "2013-01-13"),
        ("DayStart('2013-01-10 12:00:00')", "2013-01-10"),
        ("MonthName('2001-10-19')", "Oct 2001"),
        ("MonthName('2001-10-19',-1)", "Sep 2001"),
        ("QuarterName('2013-10-29')", "Oct-Dec 2013"),
        ("QuarterName('2013-10-29',0,3)", "Sep-Nov 2013"),
        ("YearName('2001-10-19')", "2001"),
        ("YearName('2001-10-19',0,4)", "2001-2002"),
        ("WeekName('2013-01-12')", "2013/02"),
        ("DayName('2013-01-10 12:00:00')", "2013-01-10"),
        ("MonthStart(Null())", "NULL"),
        ("YearStart('2001-10-19',0,13)", "NULL"),
    ]);
    check_num(&[("MonthName('2001-10-19')", 37_165.0)]);
}

#[test]
fn dates_are_in_periods() {
    check(&[
        ("InYear('2013-01-25','2013-06-01',0)", "-1"),
        ("InYear('2012-01-25','2013-06-01',0)", "0"),
        ("InYearToDate('2013-01-25','2013-02-01',0)", "-1"),
        ("InYearToDate('2012-01-25','2013-02-01',-1)", "-1"),
        ("InYearToDate('2012-02-02','2013-02-01',-1)", "0"),
        ("InQuarter('2013-01-25','2013-03-01',0)", "-1"),
        ("InQuarterToDate('2013-02-25','2013-02-14',0)", "0"),
        ("InMonth('2013-01-25','2013-01-01',0)", "-1"),
        ("InMonthToDate('2013-01-25','2013-01-24',0)", "0"),
        ("InMonthToDate('2012-12-20','2013-01-24',-1)", "-1"),
        ("InWeek('2013-01-12','2013-01-14',0)", "0"),
        ("InWeekToDate('2013-01-15','2013-01-16',0)", "-1"),
        ("InDay('2013-01-12 12:23:00','2013-01-12',0)", "-1"),
        ("InDay('2013-01-12 12:23:00','2013-01-12',1)", "0"),
    ]);
}

#[test]
fn dates_are_made() {
    check(&[
        ("MakeDate(2012)", "2012-01-01"),
        ("MakeDate(2012,12)", "2012-12-01"),
        ("MakeDate(2012,2,14)", "2012-02-14"),
        ("MakeDate(2012,2,30)", "NULL"),
        ("MakeTime(22)", "22:00:00"),
        ("MakeTime(22,10,3)", "22:10:03"),
        ("MakeTime(24)", "NULL"),
        ("MakeWeekDate(2014,6,6)", "2014-02-09"),
        ("MakeWeekDate(2014)", "2013-12-30"),
        ("Today()", "2024-02-29"),
        ("Now()", "2024-02-29 12:34:56"),
        ("Age('2012-05-01','2000-05-02')", "11"),
        ("Age('2012-05-02','2000-05-02')", "12"),
    ]);
}

/// The last microsecond of 2021 as it is stored: 23:59:59.999999.
const END_OF_YEAR: &str = "44561.999999999985";

#[test]
fn the_last_microsecond_of_a_year_is_in_it() {
    let cases = [
        ("Year(x)", "2021"),
        ("Month(x)", "Dec"),
        ("Day(x)", "31"),
        ("Hour(x) & ':' & Minute(x) & ':' & Second(x)", "23:59:59"),
        ("Week(x) & WeekDay(x) & WeekYear(x)", "52Fri2021"),
        ("DayNumberOfYear(x)", "366"),
        ("Floor(x)", "44561"),
        ("Ceil(x)", "44562"),
        ("Round(x)", "44562"),
        ("Date(Floor(x,1/24),'hh')", "23"),
        ("Date(Floor(x,1/1440),'hh:mm')", "23:59"),
        ("Date(Floor(x,1/86400),'hh:mm:ss')", "23:59:59"),
        ("Date(x)", "2021-12-31"),
        ("Date(x,'D.M.YYYY')", "31.12.2021"),
        ("Time(x)", "23:59:59"),
        ("Time(Frac(x),'hh:mm:ss')", "23:59:59"),
        ("Timestamp(x)", "2021-12-31 23:59:59.999"),
        (
            "Timestamp(x,'YYYY-MM-DD hh:mm:ss.ffffff')",
            "2021-12-31 23:59:59.999999",
        ),
        ("Timestamp(x,'h:mm TT')", "11:59 PM"),
        ("Interval(x - 44561,'hh:mm:ss.fff')", "23:59:59.999"),
        ("Interval(x - 44561,'s')", "86399"),
        ("Interval(44561 - x,'hh:mm:ss')", "-23:59:59"),
        ("DayStart(x)", "2021-12-31"),
        ("DayName(x)", "2021-12-31"),
        ("WeekStart(x)", "2021-12-27"),
        ("WeekName(x)", "2021/52"),
        ("MonthStart(x)", "2021-12-01"),
        ("MonthEnd(x)", "2021-12-31"),
        ("MonthName(x)", "Dec 2021"),
        ("QuarterName(x)", "Oct-Dec 2021"),
        ("YearName(x)", "2021"),
        ("InYear(x,'2021-06-01',0)", "-1"),
        ("InMonth(x,'2022-01-01',0)", "0"),
        ("InDay(x,'2021-12-31',0)", "-1"),
        ("AddMonths(x,2)", "2022-02-28"),
        ("Age(x,'2001-12-31')", "20"),
        ("Age(x,'2002-01-01')", "19"),
        (
            "Year(Timestamp#('2021-12-31 23:59:59.999999','YYYY-MM-DD hh:mm:ss.ffffff'))",
            "2021",
        ),
        ("Year('2021-12-31 23:59:59.999999999')", "2021"),
        (
            "Timestamp('2021-12-31 23:59:59.000999','hh:mm:ss[.fff]')",
            "23:59:59",
        ),
    ]
    .map(|(text, expected)| {
        (
            text.replace("x)", &format!("{END_OF_YEAR})"))
                .replace("x,", &format!("{END_OF_YEAR},"))
                .replace("x -", &format!("{END_OF_YEAR} -")),
            expected,
        )
    });
    let cases: Vec<(&str, &str)> = cases
        .iter()
        .map(|(text, expected)| (text.as_str(), *expected))
        .collect();
    check(&cases);
}

#[test]
fn whole_seconds_stay_whole() {
    check(&[
        ("Time('12:34:56')", "12:34:56"),
        ("Time(Frac('2024-02-29 12:34:56'))", "12:34:56"),
        ("Second(Frac(Now()))", "56"),
        ("Time('2024-02-29' + MakeTime(12,34,56))", "12:34:56"),
        (
            "Interval('2024-02-29 12:34:56' - '2024-02-28 12:34:55','hh:mm:ss')",
            "24:00:01",
        ),
        (
            "Date(Floor('2024-02-29 12:34:56',1/86400),'hh:mm:ss')",
            "12:34:56",
        ),
        ("Date(Ceil('2024-02-29 12:34:56',1/86400),'hh:mm:ss')", "12:34:56"),
        (
            "Date(Round('2024-02-29 12:34:56',1/86400),'hh:mm:ss')",
            "12:34:56",
        ),
        ("Date(Floor('2024-02-29 23:00:00' + 1/24))", "2024-03-01"),
        ("MakeTime(12,34,56.789) * 86400000", "45296789"),
        (
            "Floor(3.9,0.1) & ' ' & Floor(0.29*100) & ' ' & Floor(1-0.9,0.1)",
            "3.9 29 0.1",
        ),
        ("Round(0.49999999999999994)", "0"),
        ("Floor(-0.5) & Ceil(-0.5) & Round(-0.5)", "-100"),
    ]);
}
