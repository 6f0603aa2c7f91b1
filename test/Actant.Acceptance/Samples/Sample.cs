using System.Text.Json;
using System.Text.RegularExpressions;
using Actant.Acceptance.Pages;

namespace Actant.Acceptance.Samples;

/// <summary>A sample of a document, kept as a file beside this one. The page there says how it is read.</summary>
internal static partial class Sample
{
    /// <summary>Its text.</summary>
    public static string Text(string name) => File.ReadAllText(Path.Combine(Fence.Root, "test/Actant.Acceptance/Samples", name));

    public static JsonElement Of(string name) => JsonElement.Parse(Text(name));

    /// <summary>The strings of a list.</summary>
    public static IEnumerable<string> Words(string name) => Of(name).EnumerateArray().Select(static word => word.GetString()!);

    /// <summary>Asserts that a value has every field of a sample with its value or one of its kind, and no other field but those that were added on purpose.</summary>
    public static void AssertLike(JsonElement sample, JsonElement actual, IReadOnlyCollection<string> added, string path = "$")
    {
        switch (sample.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var field in sample.EnumerateObject())
                {
                    Assert.True(actual.TryGetProperty(field.Name, out var value), $"{path}.{field.Name} is missing in {actual}");
                    AssertField(field.Name, field.Value, value, added, $"{path}.{field.Name}");
                }

                Assert.Empty(actual.EnumerateObject().Select(static field => field.Name).Except(sample.EnumerateObject().Select(static field => field.Name)).Except(added));
                break;
            case JsonValueKind.Array when sample.GetArrayLength() == 1 && sample[0].ValueKind == JsonValueKind.String && sample[0].GetString() == "...":
                Assert.NotEqual(0, actual.GetArrayLength());
                break;
            case JsonValueKind.Array:
                Assert.Equal(sample.GetArrayLength(), actual.GetArrayLength());
                foreach (var (index, item) in sample.EnumerateArray().Index())
                {
                    AssertLike(item, actual[index], added, $"{path}[{index}]");
                }

                break;
            default:
                Assert.True(JsonElement.DeepEquals(sample, actual), $"{path} is {actual}, not {sample}");
                break;
        }
    }

    private static void AssertField(string name, JsonElement sample, JsonElement actual, IReadOnlyCollection<string> added, string path)
    {
        if (sample.ValueKind == JsonValueKind.String && sample.GetString() == "uuid")
        {
            Assert.True(Guid.TryParse(actual.GetString(), out _), $"{path} is no id: {actual}");
        }
        else if (sample.ValueKind == JsonValueKind.String && Time().IsMatch(sample.GetString()!))
        {
            Assert.Matches(Time(), actual.GetString());
        }
        else if (name is "tokens_used" or "cost_usd")
        {
            Assert.Equal(JsonValueKind.Number, actual.ValueKind);
        }
        else
        {
            AssertLike(sample, actual, added, path);
        }
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")]
    private static partial Regex Time();
}
