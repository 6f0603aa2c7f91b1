namespace Actant.Repository.Tests;

/// <summary>A rule's failure names everything that breaks it, one per line and uncut.</summary>
internal static class Offenders
{
    public static void AreNone(IEnumerable<string> offenders)
    {
        var lines = offenders.ToList();
        Assert.True(lines.Count == 0, $"{lines.Count} break this rule:\n{string.Join('\n', lines)}");
    }
}
