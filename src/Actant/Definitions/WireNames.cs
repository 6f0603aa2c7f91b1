
namespace Actant.Definitions;

/// <summary>How documents write the values of enumerations.</summary>
internal static class WireNames
{
    public static readonly IReadOnlyDictionary<string, NodeType> NodeTypes = new Dictionary<string, NodeType>
    {
        ["agent"] = NodeType.Agent,
        ["orchestrator"] = NodeType.Orchestrator,
        ["specialist"] = NodeType.Specialist,
        ["tool"] = NodeType.Tool,
        ["prompt"] = NodeType.Prompt,
        ["router"] = NodeType.Router,
        ["human"] = NodeType.Human,
        ["transform"] = NodeType.Transform,
        ["graph"] = NodeType.Graph,
        ["wait"] = NodeType.Wait,
    };

    public static readonly IReadOnlyDictionary<string, EdgeType> EdgeTypes = new Dictionary<string, EdgeType>
    {
        ["direct"] = EdgeType.Direct,
        ["conditional"] = EdgeType.Conditional,
        ["else"] = EdgeType.Else,
        ["error"] = EdgeType.Error,
        ["orchestration"] = EdgeType.Orchestration,
    };

    public static readonly IReadOnlyDictionary<string, Join> Joins = new Dictionary<string, Join>
    {
        ["all"] = Join.All,
        ["any"] = Join.Any,
    };

    /// <summary><c>retry</c> is <c>fail_fast</c> by another name: retries come first in every strategy.</summary>
    public static readonly IReadOnlyDictionary<string, ErrorStrategy> ErrorStrategies = new Dictionary<string, ErrorStrategy>
    {
        ["fail_fast"] = ErrorStrategy.FailFast,
        ["continue"] = ErrorStrategy.Continue,
        ["fallback"] = ErrorStrategy.Fallback,
        ["retry"] = ErrorStrategy.FailFast,
    };

    public static readonly IReadOnlyDictionary<string, CutPolicy> CutPolicies = new Dictionary<string, CutPolicy>
    {
        ["fail"] = CutPolicy.Fail,
        ["retry"] = CutPolicy.Retry,
        ["accept"] = CutPolicy.Accept,
    };

    public static readonly IReadOnlyDictionary<string, CycleLimit> CycleLimits = new Dictionary<string, CycleLimit>
    {
        ["fail"] = CycleLimit.Fail,
        ["leave"] = CycleLimit.Leave,
    };

    /// <summary>Values are written as an object.</summary>
    public static readonly IReadOnlyDictionary<string, Sees> Sees = new Dictionary<string, Sees>
    {
        ["thread"] = Definitions.Sees.Thread,
        ["input"] = Definitions.Sees.Input,
        ["last"] = Definitions.Sees.Last,
    };

    public static readonly IReadOnlyDictionary<string, Reducer> Reducers = new Dictionary<string, Reducer>
    {
        ["set"] = Reducer.Set,
        ["append"] = Reducer.Append,
        ["merge"] = Reducer.Merge,
        ["add"] = Reducer.Add,
    };

    public static readonly IReadOnlyDictionary<string, Durability> Durabilities = new Dictionary<string, Durability>
    {
        ["sync"] = Durability.Sync,
        ["async"] = Durability.Async,
        ["exit"] = Durability.Exit,
    };

    /// <summary>The types of tools that there are anywhere; which of them there are here, the process says.</summary>
    public static readonly IReadOnlyList<string> ToolTypes = ["builtin", "http", "mcp", "slack", "remote", "queue", "plugin", "agent", "code"];

    public static readonly IReadOnlyDictionary<string, ToolClass> ToolClasses = new Dictionary<string, ToolClass>
    {
        ["pure"] = ToolClass.Pure,
        ["idempotent"] = ToolClass.Idempotent,
        ["unsafe"] = ToolClass.Unsafe,
        ["durable"] = ToolClass.Durable,
    };

    public static readonly IReadOnlyDictionary<string, UnknownOutcomePolicy> UnknownOutcomes = new Dictionary<string, UnknownOutcomePolicy>
    {
        ["ask"] = UnknownOutcomePolicy.Ask,
        ["retry"] = UnknownOutcomePolicy.Retry,
        ["fail"] = UnknownOutcomePolicy.Fail,
    };

    public static string Of(NodeType type) => NodeTypes.First(pair => pair.Value == type).Key;

    public static string Of(EdgeType type) => EdgeTypes.First(pair => pair.Value == type).Key;

    public static string Of(ToolClass toolClass) => ToolClasses.First(pair => pair.Value == toolClass).Key;
}
