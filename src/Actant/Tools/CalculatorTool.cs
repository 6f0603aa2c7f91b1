using System.Buffers;
using System.Text.Json;
using Actant.Arithmetic;

namespace Actant.Tools;

/// <summary>
/// Exact decimal arithmetic: sums, differences, products and whole powers to the last digit, all else rounded half to even to
/// <c>precision</c> digits behind the point. See <c>docs/calculator.md</c>.
/// </summary>
public sealed class CalculatorTool : Tool
{
    private const int DefaultPrecision = 10;

    // More digits than a double keeps would be changed by whoever reads the JSON number.
    private const int SafeDigits = 15;

    /// <inheritdoc />
    public override string Name => "calculator";

    /// <inheritdoc />
    public override string Description =>
        "Exact decimal arithmetic. 'add', 'subtract', 'multiply', 'divide' and 'power' take a and b; 'sqrt' takes a; 'percent' "
        + "gives a % of b, or a / 100 without b. The field 'text' of the result has all digits.";

    /// <inheritdoc />
    public override ToolClass Class => ToolClass.Pure;

    /// <inheritdoc />
    public override string Version => "1";

    /// <inheritdoc />
    public override JsonElement Parameters { get; } = JsonElement.Parse(
        """
        {"type":"object","properties":{
        "operation":{"type":"string","enum":["add","subtract","multiply","divide","power","sqrt","percent"]},
        "a":{"type":["number","string"],"description":"The first number, or the only one."},
        "b":{"type":["number","string"],"description":"The second number."},
        "precision":{"type":"integer","minimum":0,"maximum":1000,"default":10,
        "description":"Digits behind the decimal point where the result has to be rounded."}},
        "required":["operation","a"],"additionalProperties":false}
        """);

    /// <inheritdoc />
    public override ValueTask<ToolResult> InvokeAsync(ToolCall call, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Invoke(call.Arguments));

    private static ToolResult Invoke(JsonElement arguments)
    {
        var operation = arguments.GetProperty("operation").GetString()!;
        var precision = arguments.TryGetProperty("precision", out var stated) ? (int)stated.GetDouble() : DefaultPrecision;
        if (!TryRead(arguments, "a", out var a, out var invalid) || !TryRead(arguments, "b", out var b, out invalid))
        {
            return invalid;
        }

        if (b is null && operation is not ("sqrt" or "percent"))
        {
            return ToolResult.Failed(ToolErrors.InvalidArguments, $"$.b: '{operation}' needs a second number.");
        }

        var result = Calculate(operation, a!.Value, b, precision);
        return result.Failure is { } failure ? ToolResult.Failed(failure) : ToolResult.Succeeded(ToJson(result));
    }

    private static Calculated Calculate(string operation, ExactDecimal a, ExactDecimal? b, int precision) => operation switch
    {
        "add" => Calculated.Of(a + b!.Value),
        "subtract" => Calculated.Of(a - b!.Value),
        "multiply" => Calculated.Of(a * b!.Value),
        "divide" when b!.Value.Mantissa.IsZero => Calculated.DivisionByZero,
        "divide" => Rounding.Divide(a.At(Math.Max(a.Scale, b!.Value.Scale)), b.Value.At(Math.Max(a.Scale, b.Value.Scale)), precision),
        "power" => Powers.Power(a, b!.Value, precision),
        "sqrt" when a.Mantissa.Sign < 0 => Calculated.NegativeRoot,
        "sqrt" => Roots.Root(a.Mantissa, ExactDecimal.PowerOfTen(a.Scale), 2, precision),
        _ => Percent(a * (b ?? ExactDecimal.One)),
    };

    private static Calculated Percent(ExactDecimal product) => Calculated.Of(new ExactDecimal(product.Mantissa, product.Scale + 2));

    private static bool TryRead(JsonElement arguments, string name, out ExactDecimal? number, out ToolResult invalid)
    {
        number = null;
        invalid = null!;
        if (!arguments.TryGetProperty(name, out var value))
        {
            return true;
        }

        var text = value.ValueKind == JsonValueKind.String ? value.GetString()!.Trim() : value.GetRawText();
        if (ExactDecimal.TryParse(text, out var parsed, out var problem))
        {
            number = parsed;
            return true;
        }

        invalid = ToolResult.Failed(
            ToolErrors.InvalidArguments, $"$.{name}: '{(text.Length > 40 ? $"{text[..40]}…" : text)}' {problem}.");
        return false;
    }

    private static JsonElement ToJson(Calculated result)
    {
        var text = result.Value.ToString();
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WritePropertyName("result");
            if (text.Length <= SafeDigits)
            {
                writer.WriteRawValue(text);
            }
            else
            {
                writer.WriteStringValue(text);
            }

            writer.WriteString("text", text);
            writer.WriteBoolean("exact", result.IsExact);
            writer.WriteEndObject();
        }

        return JsonElement.Parse(buffer.WrittenSpan, JsonLimits.Decoding);
    }
}
