using System.Text.Json;
using System.Text.Json.Nodes;

namespace Actant.Expressions.Tests;

public sealed class ExpressionValueTests
{
    [Theory]
    [InlineData("null", ExpressionValueKind.Null)]
    [InlineData("true", ExpressionValueKind.Boolean)]
    [InlineData("-0", ExpressionValueKind.Integer)]
    [InlineData("9223372036854775807", ExpressionValueKind.Integer)]
    [InlineData("9223372036854775808", ExpressionValueKind.Double)]
    [InlineData("1.0", ExpressionValueKind.Double)]
    [InlineData("1e2", ExpressionValueKind.Double)]
    [InlineData("1e999", ExpressionValueKind.Double)]
    [InlineData("\"s\"", ExpressionValueKind.String)]
    [InlineData("[1]", ExpressionValueKind.List)]
    [InlineData("{}", ExpressionValueKind.Map)]
    public void FromJson_Element_HasItsKindAndKeepsItsText(string json, ExpressionValueKind kind)
    {
        var value = ExpressionValue.FromJson(JsonElement.Parse(json));

        Assert.Equal(kind, value.Kind);
        if (kind != ExpressionValueKind.Null)
        {
            Assert.Equal(json, value.ToJsonElement().GetRawText());
        }
    }

    [Fact]
    public void FromJson_Node_IsACopy()
    {
        var node = new JsonObject { ["a"] = new JsonArray(1, "x", null) };
        var value = ExpressionValue.FromJson(node);
        node["a"] = 2;

        Assert.Equal("""{"a":[1,"x",null]}""", value.ToJsonElement().GetRawText());
        Assert.True(ExpressionValue.FromJson((JsonNode?)null).IsNull);
    }

    [Fact]
    public void ToJsonElement_MadeValue_IsItsJson()
    {
        var value = ExpressionAssert.Evaluate("{'b': true, 'i': 1, 'd': 0.5, 's': 'é', 'l': [null, 1.0 / 0.0], 'x': x}", """{"x": [ 1.50 ]}""").Value;

        Assert.Equal(
            """{"b":true,"i":1,"d":0.5,"s":"é","l":[null,"Infinity"],"x":[1.50]}""",
            JsonSerializer.Serialize(value.ToJsonElement()).Replace("\\u00E9", "é", StringComparison.Ordinal));
    }

    [Fact]
    public void From_Value_ReadsBack()
    {
        Assert.True(ExpressionValue.From(true).GetBoolean());
        Assert.Equal(5L, ExpressionValue.From(5L).GetInt64());
        Assert.Equal(5.0, ExpressionValue.From(5L).GetDouble());
        Assert.Equal(0.5, ExpressionValue.From(0.5).GetDouble());
        Assert.Equal("s", ExpressionValue.From("s").GetString());
        Assert.True(ExpressionValue.From((string?)null).IsNull);
        Assert.True(default(ExpressionValue).IsNull);
    }

    [Fact]
    public void Get_OtherKind_Throws()
    {
        Assert.Throws<InvalidOperationException>(() => ExpressionValue.From(1L).GetBoolean());
        Assert.Throws<InvalidOperationException>(() => ExpressionValue.From(0.5).GetInt64());
        Assert.Throws<InvalidOperationException>(() => ExpressionValue.From("1").GetDouble());
        Assert.Throws<InvalidOperationException>(() => default(ExpressionValue).GetString());
    }
}
