namespace Actant.Schemas.Tests;

public sealed class ArrayKeywordTests
{
    [Theory]
    [InlineData("""{"items":{"type":"integer"}}""", "[1,2]", true)]
    [InlineData("""{"items":{"type":"integer"}}""", "[1,\"x\"]", false)]
    [InlineData("""{"items":false}""", "[]", true)]
    [InlineData("""{"items":false}""", "[1]", false)]
    [InlineData("""{"prefixItems":[{"type":"string"},{"type":"integer"}]}""", "[\"a\",1,null]", true)]
    [InlineData("""{"prefixItems":[{"type":"string"},{"type":"integer"}]}""", "[\"a\",\"b\"]", false)]
    [InlineData("""{"prefixItems":[{"type":"string"}],"items":{"type":"integer"}}""", "[\"a\",1]", true)]
    [InlineData("""{"prefixItems":[{"type":"string"}],"items":false}""", "[\"a\",1]", false)]
    [InlineData("""{"minItems":1,"maxItems":2}""", "[]", false)]
    [InlineData("""{"minItems":1,"maxItems":2}""", "[1,2,3]", false)]
    [InlineData("""{"contains":{"type":"integer"}}""", "[\"a\",1]", true)]
    [InlineData("""{"contains":{"type":"integer"}}""", "[]", false)]
    [InlineData("""{"contains":{"type":"integer"},"minContains":0}""", "[]", true)]
    [InlineData("""{"contains":{"type":"integer"},"minContains":2}""", "[1,\"a\"]", false)]
    [InlineData("""{"contains":{"type":"integer"},"maxContains":1}""", "[1,2]", false)]
    [InlineData("""{"minContains":5}""", "[]", true)]
    [InlineData("""{"uniqueItems":true}""", "[1,\"1\",true]", true)]
    [InlineData("""{"uniqueItems":true}""", "[1,1.0]", false)]
    [InlineData("""{"uniqueItems":true}""", """[{"a":1,"b":2},{"b":2,"a":1}]""", false)]
    [InlineData("""{"uniqueItems":true}""", "[[1],[true]]", true)]
    [InlineData("""{"uniqueItems":true}""", "[1,2,3,4,5,6,7,8,9,10,1e1]", false)]
    [InlineData("""{"uniqueItems":true}""", """[1,2,3,4,5,6,7,8,9,{"a":1,"b":2.0},{"b":2,"\u0061":1}]""", false)]
    [InlineData("""{"uniqueItems":true}""", "[1,2,3,4,5,6,7,8,9,10,[],{},null,false,0,\"\"]", true)]
    [InlineData("""{"uniqueItems":false}""", "[1,1]", true)]
    [InlineData("""{"prefixItems":[true],"unevaluatedItems":false}""", "[1]", true)]
    [InlineData("""{"prefixItems":[true],"unevaluatedItems":false}""", "[1,2]", false)]
    [InlineData("""{"contains":{"const":2},"unevaluatedItems":{"const":1}}""", "[1,2,1]", true)]
    [InlineData("""{"contains":{"const":2},"unevaluatedItems":{"const":1}}""", "[1,2,3]", false)]
    [InlineData("""{"allOf":[{"prefixItems":[true,true]}],"unevaluatedItems":false}""", "[1,2,3]", false)]
    [InlineData("""{"oneOf":[{"prefixItems":[{"const":1}]},{"prefixItems":[{"const":2},true]}],"unevaluatedItems":false}""", "[2,5]", true)]
    [InlineData("""{"oneOf":[{"prefixItems":[{"const":1}]},{"prefixItems":[{"const":2},true]}],"unevaluatedItems":false}""", "[1,5]", false)]
    public void Validate_Items_FollowsEveryKeyword(string schema, string instance, bool expected) =>
        Assert.Equal(expected, Schemas.Validate(schema, instance).IsValid);
}
