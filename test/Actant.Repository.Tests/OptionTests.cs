using System.Reflection;
using System.Runtime.CompilerServices;

namespace Actant.Repository.Tests;

/// <summary>No option takes a value that means nothing: it is refused where it is given, by its name, and a new one cannot be forgotten.</summary>
public sealed class OptionTests
{
    private static readonly string[] s_endings = ["Options", "Limits", "Policy", "Endpoint"];

    /// <summary>What is judged elsewhere, or may be anything.</summary>
    private static readonly Dictionary<string, string> s_others = new()
    {
        ["ToolLimits.Timeout"] = "stands in definitions, where the validator names the path; of tools in code the registry checks it",
        ["ToolLimits.MaxOutputBytes"] = "the same",
        ["ToolLimits.MaxCalls"] = "the same",
        ["ToolLimits.Window"] = "the same",
        ["EgressLimits.MaxRedirects"] = "a model may say it; it narrows the policy and cannot widen it",
        ["EgressLimits.MaxResponseBytes"] = "the same",
        ["ModelEndpoint.ApiKey"] = "none and empty are both no key",
    };

    private static readonly HashSet<string> s_mayBeZero =
    [
        "EngineOptions.LongestWaitInMemory", "EngineOptions.StorePatience", "EngineOptions.AbortGrace", "EngineOptions.ShutdownPatience",
        "EngineOptions.ThreadCacheBytes", "EngineOptions.DefinitionCacheBytes", "EngineOptions.ThreadCacheMinEntries", "DeliveryOptions.SlowAfter", "PostgresStoreOptions.RetryFor", "SqliteStoreOptions.ReserveBytes",
        "EgressPolicy.MaxRedirects", "McpOptions.ListTime", "McpServerOptions.MemoryBytes", "McpServerOptions.CpuSeconds", "TierLimits.Priority", "TierLimits.MaxTools", "TierLimits.History",
    ];

    public static TheoryData<string> Numbers { get; } =
        [.. Settable().Where(static property => NonsenseOf(property).Length > 0 && property.PropertyType != typeof(string) && !s_others.ContainsKey(NameOf(property))).Select(NameOf)];

    public static TheoryData<string> Texts { get; } =
        [.. Settable().Where(static property => property.PropertyType == typeof(string) && !s_others.ContainsKey(NameOf(property))).Select(NameOf)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Number_ThatMeansNothing_IsRefusedByName(string option)
    {
        var property = Settable().Single(property => NameOf(property) == option);
        object zero = NonsenseOf(property)[0] is TimeSpan ? TimeSpan.Zero : Convert.ChangeType(0, NonsenseOf(property)[0].GetType());
        Assert.All(s_mayBeZero.Contains(option) ? NonsenseOf(property) : [zero, .. NonsenseOf(property)], value =>
        {
            var refusal = Assert.IsType<ArgumentOutOfRangeException>(Set(property, value));
            Assert.StartsWith(property.Name, refusal.Message, StringComparison.Ordinal);
            Assert.Equal(property.Name, refusal.ParamName);
            Assert.Contains($"{value}", refusal.Message, StringComparison.Ordinal);
        });
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Text_ThatIsEmpty_IsRefusedByName(string option)
    {
        var property = Settable().Single(property => NameOf(property) == option);
        Assert.StartsWith(property.Name, Assert.IsAssignableFrom<ArgumentException>(Set(property, "")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Zero_WhereItMeansSomething_IsTaken() => Offenders.AreNone(
        from option in s_mayBeZero
        let property = Settable().Single(property => NameOf(property) == option)
        let nonsense = NonsenseOf(property)[0]
        where Set(property, nonsense is TimeSpan ? TimeSpan.Zero : Convert.ChangeType(0, nonsense.GetType())) is not null
        select option);

    [Fact]
    public void Presets_AreAllAllowed() => Offenders.AreNone(
        from type in Settable().Select(static property => property.DeclaringType!).Distinct()
        where type.GetConstructor([]) is not null
        let options = Activator.CreateInstance(type)
        from property in Settable()
        where property.DeclaringType == type && property.GetValue(options) is { } preset && Set(property, preset) is not null
        select NameOf(property));

    [Fact]
    public void Others_AreAllThere() => Assert.Empty(s_others.Keys.Except(Settable().Select(NameOf)));

    [Fact]
    public void Options_OfEveryPackage_AreLookedAt()
    {
        Assert.Superset(
            new HashSet<string> { "EngineOptions", "DeliveryOptions", "StreamLimits", "TierLimits", "EgressPolicy", "SqliteStoreOptions", "PostgresStoreOptions", "PeerOptions", "JsonSchemaOptions", "ExpressionOptions" },
            Settable().Select(static property => property.DeclaringType!.Name).ToHashSet());
        Assert.True(Numbers.Count > 50);
    }

    // What stands in definitions is judged by the validator, which names the path.
    private static IEnumerable<PropertyInfo> Settable() =>
        from project in Repository.FilesUnder("src", ".csproj")
        let file = Path.Combine(AppContext.BaseDirectory, Path.GetFileNameWithoutExtension(project) + ".dll")
        from type in Assembly.LoadFrom(file).GetExportedTypes()
        where type.Namespace != "Actant.Definitions" && s_endings.Any(ending => type.Name.EndsWith(ending, StringComparison.Ordinal))
        from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        where property.SetMethod is { IsPublic: true } && (property.PropertyType == typeof(string) || NonsenseOf(property).Length > 0)
        select property;

    private static object[] NonsenseOf(PropertyInfo property) => (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) switch
    {
        var type when type == typeof(int) => [-1, int.MinValue],
        var type when type == typeof(long) => [-1L, long.MinValue],
        var type when type == typeof(decimal) => [-1m, decimal.MinValue],
        var type when type == typeof(double) => [-1.0, double.NaN, double.PositiveInfinity],
        var type when type == typeof(float) => [-1f, float.NaN, float.PositiveInfinity],
        var type when type == typeof(TimeSpan) => [TimeSpan.FromTicks(-1), Timeout.InfiniteTimeSpan, TimeSpan.MinValue, TimeSpan.MaxValue],
        _ => [],
    };

    // Without a constructor: what is required or handed over there does not matter here.
    private static Exception? Set(PropertyInfo property, object value)
    {
        try
        {
            property.SetValue(RuntimeHelpers.GetUninitializedObject(property.DeclaringType!), value);
            return null;
        }
        catch (TargetInvocationException exception)
        {
            return exception.InnerException;
        }
    }

    private static string NameOf(PropertyInfo property) => $"{property.DeclaringType!.Name}.{property.Name}";
}
