using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Actant.HttpTools;

/// <summary>A JSON Pointer (RFC 6901) into an answer.</summary>
internal static partial class AnswerPointer
{
    public static bool IsValid(string pointer) => pointer.Length <= 1000 && Form().IsMatch(pointer);

    /// <summary>What the pointer leads to; <c>null</c> if there is nothing.</summary>
    public static JsonElement? Find(JsonElement value, string pointer)
    {
        foreach (var token in pointer.Split('/').Skip(1).Select(static token => token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)))
        {
            if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty(token, out var member))
            {
                value = member;
            }
            else if (value.ValueKind == JsonValueKind.Array && int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < value.GetArrayLength())
            {
                value = value[index];
            }
            else
            {
                return null;
            }
        }

        return value;
    }

    [GeneratedRegex(@"\A(/([^~/]|~0|~1)*)*\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
