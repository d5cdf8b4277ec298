//! The schema's property structures with their defaults.

use super::{Kind, Shape};
use Kind::{Array, Enum, Expr, Flag, FlagOn, Int, List, OptionalInt, OptionalStruct, Struct, Text};

pub(super) const HYPER_CUBE: Shape = Shape(&[
    ("qStateName", Text),
    ("qDimensions", List(&DIMENSION)),
    ("qMeasures", List(&MEASURE)),
    ("qInterColumnSortOrder", Array),
    ("qSuppressZero", Flag),
    ("qSuppressMissing", Flag),
    ("qInitialDataFetch", List(&PAGE)),
    ("qReductionMode", Enum(REDUCTION_MODES, 0)),
    ("qMode", Enum(DATA_MODES, 0)),
    ("qPseudoDimPos", Int(-1)),
    ("qNoOfLeftDims", Int(-1)),
    ("qAlwaysFullyExpanded", Flag),
    ("qMaxStackedCells", Int(5000)),
    ("qPopulateMissing", Flag),
    ("qShowTotalsAbove", Flag),
    ("qIndentMode", Flag),
    ("qCalcCond", Expr),
    ("qSortbyYValue", OptionalInt),
    ("qTitle", Expr),
    ("qCalcCondition", Struct(&CONDITION)),
    ("qColumnOrder", Array),
    ("qExpansionState", Array),
    ("qDynamicScript", Array),
    ("qContextSetExpression", Text),
    ("qSuppressMeasureTotals", Flag),
]);

pub(super) const LIST_OBJECT: Shape = Shape(&[
    ("qStateName", Text),
    ("qLibraryId", Text),
    ("qDef", Struct(&INLINE_DIMENSION)),
    ("qAutoSortByState", Struct(&AUTO_SORT)),
    ("qFrequencyMode", Enum(FREQUENCY_MODES, 0)),
    ("qShowAlternatives", Flag),
    ("qInitialDataFetch", List(&PAGE)),
    ("qExpressions", List(&LIST_EXPRESSION)),
    ("qDirectQuerySimplifiedView", Flag),
    ("qShowTitle", Flag),
    ("qTitle", Expr),
    ("qOtherTotalSpec", Struct(&OTHER)),
]);

pub(super) const LIBRARY_DIMENSION: Shape = Shape(&[
    ("qGrouping", Enum(GROUPINGS, 0)),
    ("qFieldDefs", Array),
    ("qFieldLabels", Array),
    ("qLabelExpression", Text),
    ("qAlias", Text),
]);

pub(super) const LIBRARY_MEASURE: Shape = Shape(&[
    ("qLabel", Text),
    ("qDef", Text),
    ("qGrouping", Enum(GROUPINGS, 0)),
    ("qExpressions", Array),
    ("qActiveExpression", Int(0)),
    ("qLabelExpression", Text),
    ("qNumFormat", OptionalStruct(&NUMBER_FORMAT)),
]);

const DIMENSION: Shape = Shape(&[
    ("qLibraryId", Text),
    ("qDef", Struct(&INLINE_DIMENSION)),
    ("qNullSuppression", Flag),
    ("qIncludeElemValue", Flag),
    ("qOtherTotalSpec", Struct(&OTHER)),
    ("qShowAll", Flag),
    ("qOtherLabel", Expr),
    ("qTotalLabel", Expr),
    ("qCalcCond", Expr),
    ("qAttributeExpressions", List(&ATTRIBUTE_EXPRESSION)),
    ("qAttributeDimensions", List(&ATTRIBUTE_DIMENSION)),
    ("qCalcCondition", Struct(&CONDITION)),
]);

const INLINE_DIMENSION: Shape = Shape(&[
    ("qGrouping", Enum(GROUPINGS, 0)),
    ("qFieldDefs", Array),
    ("qFieldLabels", Array),
    ("qSortCriterias", List(&SORT)),
    ("qNumberPresentations", List(&NUMBER_FORMAT)),
    ("qReverseSort", Flag),
    ("qActiveField", Int(0)),
    ("qLabelExpression", Text),
    ("qAlias", Text),
]);

const MEASURE: Shape = Shape(&[
    ("qLibraryId", Text),
    ("qDef", Struct(&INLINE_MEASURE)),
    ("qSortBy", Struct(&SORT)),
    ("qAttributeExpressions", List(&ATTRIBUTE_EXPRESSION)),
    ("qAttributeDimensions", List(&ATTRIBUTE_DIMENSION)),
    ("qCalcCond", Expr),
    ("qCalcCondition", Struct(&CONDITION)),
    ("qTrendLines", Array),
    ("qMiniChartDef", Struct(&MINI_CHART)),
]);

const INLINE_MEASURE: Shape = Shape(&[
    ("qLabel", Text),
    ("qDescription", Text),
    ("qTags", Array),
    ("qGrouping", Enum(GROUPINGS, 0)),
    ("qDef", Text),
    ("qNumFormat", OptionalStruct(&NUMBER_FORMAT)),
    ("qRelative", Flag),
    ("qBrutalSum", Flag),
    ("qAggrFunc", Text),
    ("qAccumulate", Int(0)),
    ("qReverseSort", Flag),
    ("qActiveExpression", Int(0)),
    ("qExpressions", Array),
    ("qLabelExpression", Text),
]);

const SORT: Shape = Shape(&[
    ("qSortByState", OptionalInt),
    ("qSortByFrequency", OptionalInt),
    ("qSortByNumeric", OptionalInt),
    ("qSortByAscii", OptionalInt),
    ("qSortByLoadOrder", OptionalInt),
    ("qSortByExpression", OptionalInt),
    ("qExpression", Expr),
    ("qSortByGreyness", OptionalInt),
]);

const NUMBER_FORMAT: Shape = Shape(&[
    ("qType", Enum(NUMBER_TYPES, 0)),
    ("qnDec", Int(10)),
    ("qUseThou", Int(0)),
    ("qFmt", Text),
    ("qDec", Text),
    ("qThou", Text),
]);

const OTHER: Shape = Shape(&[
    ("qOtherMode", Enum(OTHER_MODES, 0)),
    ("qOtherCounted", Expr),
    ("qOtherLimit", Expr),
    ("qOtherLimitMode", Enum(OTHER_LIMIT_MODES, 2)),
    ("qSuppressOther", Flag),
    ("qForceBadValueKeeping", FlagOn),
    ("qApplyEvenWhenPossiblyWrongResult", FlagOn),
    ("qGlobalOtherGrouping", Flag),
    ("qOtherCollapseInnerDimensions", Flag),
    ("qOtherSortMode", Enum(OTHER_SORT_MODES, 1)),
    ("qTotalMode", Enum(TOTAL_MODES, 0)),
    ("qReferencedExpression", Expr),
]);

const ATTRIBUTE_EXPRESSION: Shape = Shape(&[
    ("qExpression", Text),
    ("qLibraryId", Text),
    ("qAttribute", Flag),
    ("qNumFormat", OptionalStruct(&NUMBER_FORMAT)),
    ("qLabel", Text),
    ("qLabelExpression", Text),
]);

const ATTRIBUTE_DIMENSION: Shape = Shape(&[
    ("qDef", Text),
    ("qLibraryId", Text),
    ("qSortBy", Struct(&SORT)),
    ("qAttribute", Flag),
]);

const MINI_CHART: Shape = Shape(&[
    ("qDef", Text),
    ("qLibraryId", Text),
    ("qSortBy", Struct(&SORT)),
    ("qOtherTotalSpec", Struct(&OTHER)),
    ("qMaxNumberPoints", Int(-1)),
    ("qAttributeExpressions", List(&ATTRIBUTE_EXPRESSION)),
    ("qNullSuppression", Flag),
]);

const PAGE: Shape = Shape(&[
    ("qLeft", Int(0)),
    ("qTop", Int(0)),
    ("qWidth", Int(0)),
    ("qHeight", Int(0)),
]);

const CONDITION: Shape = Shape(&[("qCond", Expr), ("qMsg", Expr)]);
const AUTO_SORT: Shape = Shape(&[("qDisplayNumberOfRows", OptionalInt)]);
const LIST_EXPRESSION: Shape = Shape(&[("qExpr", Text), ("qLibraryId", Text)]);

type Names = &'static [(&'static str, &'static str)];

const GROUPINGS: Names = &[
    ("GRP_NX_NONE", "N"),
    ("GRP_NX_HIEARCHY", "H"),
    ("GRP_NX_COLLECTION", "C"),
];

const DATA_MODES: Names = &[
    ("EQ_DATA_MODE_STRAIGHT", "S"),
    ("EQ_DATA_MODE_PIVOT", "P"),
    ("EQ_DATA_MODE_PIVOT_STACK", "K"),
    ("EQ_DATA_MODE_TREE", "T"),
    ("EQ_DATA_MODE_DYNAMIC", "D"),
];

const REDUCTION_MODES: Names = &[
    ("DATA_REDUCTION_NONE", "N"),
    ("DATA_REDUCTION_ONEDIM", "D1"),
    ("DATA_REDUCTION_SCATTERED", "S"),
    ("DATA_REDUCTION_CLUSTERED", "C"),
    ("DATA_REDUCTION_STACKED", "ST"),
];

const FREQUENCY_MODES: Names = &[
    ("NX_FREQUENCY_NONE", "N"),
    ("NX_FREQUENCY_VALUE", "V"),
    ("NX_FREQUENCY_PERCENT", "P"),
    ("NX_FREQUENCY_RELATIVE", "R"),
];

const NUMBER_TYPES: Names = &[
    ("UNKNOWN", "U"),
    ("ASCII", "A"),
    ("INTEGER", "I"),
    ("REAL", "R"),
    ("FIX", "F"),
    ("MONEY", "M"),
    ("DATE", "D"),
    ("TIME", "T"),
    ("TIMESTAMP", "TS"),
    ("INTERVAL", "IV"),
];

const OTHER_MODES: Names = &[
    ("OTHER_OFF", "OTHER_OFF"),
    ("OTHER_COUNTED", "OTHER_COUNTED"),
    ("OTHER_ABS_LIMITED", "OTHER_ABS_LIMITED"),
    ("OTHER_ABS_ACC_TARGET", "OTHER_ABS_ACC_TARGET"),
    ("OTHER_REL_LIMITED", "OTHER_REL_LIMITED"),
    ("OTHER_REL_ACC_TARGET", "OTHER_REL_ACC_TARGET"),
];

const OTHER_LIMIT_MODES: Names = &[
    ("OTHER_GE_LIMIT", "OTHER_GE_LIMIT"),
    ("OTHER_LE_LIMIT", "OTHER_LE_LIMIT"),
    ("OTHER_GT_LIMIT", "OTHER_GT_LIMIT"),
    ("OTHER_LT_LIMIT", "OTHER_LT_LIMIT"),
];

const OTHER_SORT_MODES: Names = &[
    ("OTHER_SORT_DEFAULT", "OTHER_SORT_DEFAULT"),
    ("OTHER_SORT_DESCENDING", "OTHER_SORT_DESCENDING"),
    ("OTHER_SORT_ASCENDING", "OTHER_SORT_ASCENDING"),
];

const TOTAL_MODES: Names = &[("TOTAL_OFF", "TOTAL_OFF"), ("TOTAL_EXPR", "TOTAL_EXPR")];
