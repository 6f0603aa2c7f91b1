using System.Text.Json;
using Actant.Schemas;
using BenchmarkDotNet.Attributes;

namespace Actant.Benchmarks.HotPaths;

public class SchemaBenchmarks
{
    private const string Valid = """{"city": "Ulm", "days": 3, "unit": "celsius", "hours": [6, 12, 18], "detailed": true}""";
    private const string Invalid = """{"city": "Ulm", "days": 99, "unit": "kelvin", "hours": [6, "noon"], "detailed": true}""";

    private readonly JsonElement _valid = JsonElement.Parse(Valid);
    private readonly JsonElement _invalid = JsonElement.Parse(Invalid);
    private readonly JsonSchema _schema = JsonSchema.Parse("""
        {
          "type": "object",
          "properties": {
            "city": {"type": "string", "minLength": 1, "maxLength": 100},
            "days": {"type": "integer", "minimum": 1, "maximum": 14},
            "unit": {"enum": ["celsius", "fahrenheit"]},
            "hours": {"type": "array", "items": {"type": "integer"}, "maxItems": 24},
            "detailed": {"type": "boolean"}
          },
          "required": ["city", "days"],
          "additionalProperties": false
        }
        """);

    [Benchmark(Baseline = true, Description = "parse of arguments of 5 properties")]
    public int Parse()
    {
        using var document = JsonDocument.Parse(Valid);
        return document.RootElement.GetPropertyCount();
    }

    [Benchmark(Description = "validation of these against a tool's schema")]
    public bool ValidateValid() => _schema.Validate(_valid).IsValid;

    [Benchmark(Description = "validation of arguments with 3 faults, each named")]
    public int ValidateInvalid() => _schema.Validate(_invalid).Errors.Count;
}
