//! Published examples.

use super::{check, check_num, check_us, evaluate, iso};

#[test]
fn choices_and_null() {
    check(&[
        ("Alt(Null(),0)+Alt(5,0)", "5"),
        ("Alt('x','y')", "y"),
        ("Alt('x',Date#('2024-01-02'),'y')", "2024-01-02"),
        ("Coalesce(Null(),'x')", "x"),
        ("if(Null(),'a','b')", "b"),
        ("if('text','a','b')", "b"),
        ("if(0.1,'a')", "a"),
        ("if(0,'a')", "NULL"),
        ("IsNull(Null())", "-1"),
        ("IsNull('')", "0"),
        ("IsNum(Null())", "0"),
        ("IsText(Null())", "0"),
        ("IsNum('12.5')", "-1"),
        ("IsText('abc')", "-1"),
        ("EmptyIsNull('')", "NULL"),
        ("Pick(2,'A','B','C')", "B"),
        ("Pick(4,'A','B','C')", "NULL"),
        ("Pick(0,'A')", "NULL"),
        ("Match('Feb','Jan','Feb')", "2"),
        ("Match('feb','Jan','Feb')", "0"),
        ("MixMatch('feb','Jan','Feb')", "2"),
        ("WildMatch('Feb','ja*','fe?')", "2"),
        ("Match(2,'1','2.0')", "2"),
        ("Match(Null(),Null())", "0"),
        ("Class(23,10)", "20 <= x < 30"),
        ("Class(23,5)", "20 <= x < 25"),
        ("Class(27,10,'value',5)", "25 <= value < 35"),
        ("Class(23,0)", "NULL"),
    ]);
    check_num(&[("Class(23,10)", 20.0), ("True()", -1.0), ("False()", 0.0)]);
}

#[test]
fn rounding() {
    check(&[
        ("Ceil(2.4)", "3"),
        ("Ceil(3.88,0.1)", "3.9"),
        ("Ceil(1.1,1,0.5)", "1.5"),
        ("Ceil(1.1,1,-0.01)", "1.99"),
        ("Floor(2.4)", "2"),
        ("Floor(3.88,5)", "0"),
        ("Floor(3.88,0.1)", "3.8"),
        ("Floor(1.1,1,0.5)", "0.5"),
        ("Round(2.5)", "3"),
        ("Round(2,4)", "4"),
        ("Round(2,6)", "0"),
        ("Round(3.88,5)", "5"),
        ("Round(3.88,0.1)", "3.9"),
        ("Round(5,0)", "NULL"),
        ("Floor(3.9,0.1)", "3.9"),
        ("Frac(-1.4)", "0.6"),
        ("Fabs(-3)", "3"),
        ("Sign(-0.5)", "-1"),
        ("Sign(0)", "0"),
    ]);
}

#[test]
fn numbers() {
    check(&[
        ("Fact(5)", "120"),
        ("Fact(-1)", "NULL"),
        ("Combin(35,7)", "6724520"),
        ("Permut(8,3)", "336"),
        ("Log(-5)", "NULL"),
        ("Asin(2)", "NULL"),
        ("Sqrt(-1)", "NULL"),
        ("Mod(7,2)", "1"),
        ("Mod(-7,2)", "1"),
        ("Mod(7.5,2)", "NULL"),
        ("Mod(7,0)", "NULL"),
        ("Div(7,2)", "3"),
        ("Div(7.1,2.3)", "3"),
        ("Div(-4,3)", "-1"),
        ("Div(1,0)", "NULL"),
        ("Fmod(7.5,2)", "1.5"),
        ("Pow(3,4)", "81"),
        ("Exp(0)", "1"),
        ("Log10(1000)", "3"),
        ("Pi()", "3.1415926535898"),
        ("Atan2(0,-1)", "3.1415926535898"),
        ("Even(3) & Odd(3)", "0-1"),
        ("BitCount(7)", "3"),
    ]);
}

#[test]
fn formatting_and_reading() {
    check(&[
        ("Interval(1.375)", "33:00:00"),
        ("Interval(1.375,'D hh:mm')", "1 09:00"),
        ("Interval#('1 09:00','D hh:mm')*1", "1.375"),
        ("Interval#('33:00:00')*1", "1.375"),
        ("Interval(-0.5)", "-12:00:00"),
        ("Timestamp(35648,'YYYY-MM-DD hh.mm')", "1997-08-06 00.00"),
        ("Timestamp(35648.375)", "1997-08-06 09:00:00"),
        ("Date(35648)", "1997-08-06"),
        ("Date(35648,'YY.MM.DD')", "97.08.06"),
        ("Date(35648,'MM.DD.YYYY')", "08.06.1997"),
        ("Time(0.375)", "09:00:00"),
        ("Date#('8/6/1997','M/D/YYYY')*1", "35648"),
        ("Date#('8/6/1997','M/D/YYYY')", "8/6/1997"),
        ("Date#('nonsense')", "nonsense"),
        ("Date#('nonsense')*1", "NULL"),
        ("Num#('1.250,75','#.##0,00',',','.')*1", "1250.75"),
        ("Num#('12 kg','0 kg')*1", "12"),
        ("Num#('12%','0%')*1", "0.12"),
        ("Num#('-12%','0%')*1", "-0.12"),
        ("Num(1234.5,'#,##0.00')", "1,234.50"),
        ("Num(1234.5,'#.##0,00',',','.')", "1.234,50"),
        ("Num(0.125,'0.0%')", "12.5%"),
        ("Num(3.14)", "3.14"),
        ("Num(Null())", "NULL"),
        ("Num('abc')", "NULL"),
        ("Money(35)", "$ 35.00"),
        ("Money(-35)", "-$ 35.00"),
        ("Money(1234.5,'# ##0.00 kr',',',' ')", "1 234.50 kr"),
        ("Dual('Q' & 2, 2)", "Q2"),
        ("Dual('Q' & 2, 2) + 1", "3"),
        ("Text(Date(35648)) & '!'", "1997-08-06!"),
    ]);
    check_us(&[
        ("Date(35648)", "8/6/1997"),
        ("Time(0.875)", "9:00:00 PM"),
        ("Timestamp(35648.375)", "8/6/1997 9:00:00 AM"),
        ("Interval(1.375)", "33:00:00"),
        ("Date('8/6/1997' + 1)", "8/7/1997"),
    ]);
}

#[test]
fn texts() {
    check(&[
        ("KeepChar('a1b22c3','1234')", "1223"),
        ("PurgeChar('a1b2c3','123')", "abc"),
        ("Replace('abccde','cc','xyz')", "abxyzde"),
        ("Replace('abc','','x')", "abc"),
        ("SubStringCount('abcdefgcdxyz','cd')", "2"),
        ("Upper('größe')", "GRÖSSE"),
        ("Lower('ABC')", "abc"),
        ("Capitalize('my little PONY')", "My Little Pony"),
        ("Left('abcdef',3) & Right('abcdef',2)", "abcef"),
        ("Mid('abcdef',3) & '|' & Mid('abcdef',3,2)", "cdef|cd"),
        (
            "'<' & Trim('  abc ') & '>' & LTrim(' a ') & '>' & RTrim(' a ')",
            "<abc>a > a",
        ),
        ("SubField('a;b;c',';',2)", "b"),
        ("SubField('a;b;c',';',-1)", "c"),
        ("SubField('a;b',';',3)", "NULL"),
        ("SubField('',';',1) & '.'", "."),
        ("Index('abcdefg','cd')", "3"),
        ("Index('abcdabcd','b',2)", "6"),
        ("Index('abcdabcd','b',-2)", "2"),
        ("Index('abc','x')", "0"),
        ("FindOneOf('my example text string','et%s')", "4"),
        ("FindOneOf('my example text string','et%s',3)", "12"),
        ("FindOneOf('my example text string','¤%&')", "0"),
        ("TextBetween('<abc><de>','<','>',2)", "de"),
        ("TextBetween('<abc>','[',']')", "NULL"),
        ("Repeat('*',4)", "****"),
        ("Repeat('abc',1e9)", "NULL"),
        ("Chr(65) & Ord('A')", "A65"),
        ("Len('größe')", "5"),
        ("Len(Trim(Null()))", "0"),
        ("Upper(Null())", "NULL"),
        ("OSUser()", "ada"),
    ]);
}

#[test]
fn ranges() {
    check(&[
        ("RangeOnly(10,10,10)", "10"),
        ("RangeOnly(10,11)", "NULL"),
        ("RangeOnly(Null(),'abc')", "abc"),
        ("RangeFractile(0.5,1,2,5,6)", "3.5"),
        ("RangeFractile(0.24,1,2,4,6)", "1.72"),
        ("RangeStdev(1,2,4)", "1.5275252316519"),
        ("RangeStdev(1)", "NULL"),
        ("RangeKurtosis(1,2,4,7)", "-0.28571428571429"),
        ("RangeSum(1,2,'xyz',Null())", "3"),
        ("RangeSum(Null())", "0"),
        ("RangeAvg(1,2,4)", "2.3333333333333"),
        ("RangeAvg('a')", "NULL"),
        ("RangeMin(1,2,'x') & RangeMax(1,2,'x')", "12"),
        ("RangeMinString('b','a',3) & RangeMaxString('b','a')", "3b"),
        ("RangeCount(1,'a',Null())", "2"),
        ("RangeNumericCount(1,'a',Null())", "1"),
        ("RangeTextCount(1,'a',Null())", "1"),
        ("RangeNullCount(1,'a',Null())", "1"),
        ("RangeMissingCount(1,'a',Null())", "2"),
        ("RangeMode(1,2,2)", "2"),
        ("RangeMode(1,2)", "NULL"),
        ("RangeCorrel(1,2,2,4,3,6)", "1"),
    ]);
    check_num(&[("RangeSkew(1,2,4)", 0.935_219_529_582_83)]);
}

#[test]
fn colors() {
    check(&[
        ("Red()", "RGB(128,0,0)"),
        ("Blue(128)", "ARGB(128,0,0,128)"),
        ("RGB(255,300,-1)", "RGB(255,255,0)"),
        ("ARGB(0,1,2,3)", "ARGB(0,1,2,3)"),
        ("HSL(0,1,0.5)", "RGB(255,0,0)"),
        ("HSL(1/3,1,0.5)", "RGB(0,255,0)"),
        ("HSL(0,0,1)", "RGB(255,255,255)"),
        ("ColorMix1(0.5,Black(),White())", "RGB(128,128,128)"),
        ("ColorMix1(2,Black(),White())", "RGB(255,255,255)"),
        ("ColorMix2(-1,Red(),Green())", "RGB(128,0,0)"),
        ("ColorMix2(0,Red(),Green(),White())", "RGB(255,255,255)"),
        (
            "ColorMix2(0.5,Red(),ARGB(0,0,128,0),White())",
            "ARGB(128,128,192,128)",
        ),
        ("RGB(1,2,Null())", "NULL"),
    ]);
    check_num(&[("Red()", 4_286_578_688.0), ("Yellow()", 4_294_967_040.0)]);
    assert_eq!(evaluate("Red()", &iso()).as_num(), Some(4_286_578_688.0));
}
