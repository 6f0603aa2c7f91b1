using System.Text.RegularExpressions;

namespace Actant.Repository.Tests;

/// <summary>Whatever reads JSON says how deep: the default of .NET is less than what was let in may need.</summary>
public sealed partial class JsonDepthTests
{
    // The languages of our own know nothing of Actant, and have limits of their own.
    private static readonly string[] s_own = ["src/Actant.Expressions/", "src/Actant.JsonSchema/"];

    [Fact]
    public void Source_WhatReadsJson_NamesItsLimit() => Offenders.AreNone(
        from file in Files()
        let text = Repository.Read(file)
        from match in Reading().Matches(text)
        let call = text[match.Index..Math.Min(text.Length, match.Index + 300)].Split(';')[0]
        where !Constant().IsMatch(call) && !Limit().IsMatch(call.EndsWith(", Options)", StringComparison.Ordinal) ? text : call)
        select $"{file}: {call}");

    [Fact]
    public void Source_SerializerContexts_NameTheirLimit() => Offenders.AreNone(
        from file in Files()
        let text = Repository.Read(file)
        where text.Contains(": JsonSerializerContext", StringComparison.Ordinal) && !NamesItsLimit(text)
        select file);

    private static bool NamesItsLimit(string text) =>
        text.Contains("JsonLimits.DecodeDepth", StringComparison.Ordinal)
            || (SharedOptions().Match(text) is { Success: true } shared
                && Files().Where(file => file.EndsWith($"/{shared.Groups["type"].Value}.cs", StringComparison.Ordinal)).Any(file => NamesItsLimit(Repository.Read(file))));

    private static IEnumerable<string> Files() =>
        Repository.FilesUnder("src", ".cs").Where(static file => !s_own.Any(own => file.StartsWith(own, StringComparison.Ordinal)));

    /// <summary>Options that several contexts share: a type that makes them.</summary>
    [GeneratedRegex(@"new\((?<type>\w+)\.CreateOptions\(\)\)")]
    private static partial Regex SharedOptions();

    /// <summary>What reads on with a reader has the limit of that reader.</summary>
    [GeneratedRegex(@"Json(Document|Element|Node)\.(Parse|ParseValue|ParseAsync)\((?!ref reader)|new Utf8JsonReader\(")]
    private static partial Regex Reading();

    /// <summary>A text of the program itself.</summary>
    [GeneratedRegex(@"\(\s*\$*""")]
    private static partial Regex Constant();

    [GeneratedRegex(@"JsonLimits\.(Decoding|Value)\b|MaxDepth = (JsonLimits\.|DefinitionBounds\.)")]
    private static partial Regex Limit();
}
