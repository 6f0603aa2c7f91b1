namespace Actant.Schemas;

/// <summary>Sets of JSON types. A keyword names those it looks at; it is never asked about another.</summary>
[Flags]
internal enum JsonKinds
{
    None = 0,
    Null = 1,
    Boolean = 2,
    Number = 4,
    String = 8,
    Array = 16,
    Object = 32,
    Any = Null | Boolean | Number | String | Array | Object,
}
