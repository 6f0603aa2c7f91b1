namespace Actant.Definitions;

/// <summary>The stable codes of what can be wrong with a definition.</summary>
public static class DefinitionErrors
{
    /// <summary>The document is larger than 4 MiB, or its YAML aliases unfold to more than 100,000 values.</summary>
    public const string DocumentTooLarge = "document_too_large";

    /// <summary>Objects and lists are nested more than 64 deep.</summary>
    public const string DocumentTooDeep = "document_too_deep";

    /// <summary>A stored definition was written by a newer release, in a format that this one does not know.</summary>
    public const string NewerFormat = "definition_newer";

    /// <summary>Definitions of this kind are not known here.</summary>
    public const string UnknownKind = "unknown_kind";

    /// <summary>The document is not UTF-8.</summary>
    public const string DocumentEncoding = "document_not_utf8";

    /// <summary>The document is neither JSON nor YAML.</summary>
    public const string DocumentSyntax = "document_syntax";

    /// <summary>YAML that has no counterpart in JSON: merge keys, tags of one's own, infinite numbers, several documents.</summary>
    public const string UnsupportedYaml = "document_unsupported_yaml";

    /// <summary>A text holds U+0000 or half of a surrogate pair.</summary>
    public const string InvalidText = "document_invalid_text";

    /// <summary>A field stands twice in one object, or under two of its names.</summary>
    public const string DuplicateField = "duplicate_field";

    /// <summary>A value of the wrong JSON type.</summary>
    public const string WrongType = "wrong_type";

    /// <summary>A field that must be there is not.</summary>
    public const string MissingField = "missing_field";

    /// <summary>A field that nothing knows.</summary>
    public const string UnknownField = "unknown_field";

    /// <summary>A known field on a node whose type has no use for it.</summary>
    public const string MisplacedField = "misplaced_field";

    /// <summary>None of the values that the field takes.</summary>
    public const string UnknownValue = "unknown_value";

    /// <summary>A number, length or count outside its bounds.</summary>
    public const string OutOfRange = "out_of_range";

    /// <summary>There are more problems than the 100 that are reported.</summary>
    public const string TooManyProblems = "too_many_problems";

    /// <summary>A name with characters that names do not have, or a reserved one.</summary>
    public const string InvalidName = "invalid_name";

    /// <summary>A name that is taken.</summary>
    public const string DuplicateName = "duplicate_name";

    /// <summary>Tools that live elsewhere, such as those of an MCP server, were not listed before the definition was to run.</summary>
    public const string ToolsNotListed = "tools_not_listed";

    /// <summary>Tools that live elsewhere cannot be listed now.</summary>
    public const string ToolsUnavailable = "tools_unavailable";

    /// <summary>An edge from or to a node that does not exist.</summary>
    public const string UnknownNode = "unknown_node";

    /// <summary>The same edge twice.</summary>
    public const string DuplicateEdge = "duplicate_edge";

    /// <summary>An edge that cannot be: into <c>start</c>, out of <c>end</c>, or of a type that does not fit its ends.</summary>
    public const string InvalidEdge = "invalid_edge";

    /// <summary>A conditional edge without a condition, or a condition on an edge of another type.</summary>
    public const string InvalidCondition = "invalid_condition";

    /// <summary>An orchestration edge that does not lead from an orchestrator to a specialist.</summary>
    public const string InvalidOrchestration = "invalid_orchestration";

    /// <summary>No node can run first.</summary>
    public const string NoEntry = "no_entry";

    /// <summary>No node gives the output.</summary>
    public const string NoOutput = "no_output_node";

    /// <summary>Arguments of a tool node that the tool would refuse whenever it is called.</summary>
    public const string InvalidArguments = "invalid_arguments";

    /// <summary>No way leads to the node.</summary>
    public const string UnreachableNode = "unreachable_node";

    /// <summary>A router none of whose edges has a condition.</summary>
    public const string RouterWithoutConditions = "router_without_conditions";

    /// <summary>The strategy is <c>fallback</c> and there is no error edge, or the other way round.</summary>
    public const string InvalidErrorStrategy = "invalid_error_strategy";

    /// <summary>A node type that is not on offer here.</summary>
    public const string NodeTypeUnavailable = "node_type_unavailable";

    /// <summary>A tool that nothing offers.</summary>
    public const string UnknownTool = "unknown_tool";

    /// <summary>A tool type that is not on offer here.</summary>
    public const string ToolTypeUnavailable = "tool_type_unavailable";

    /// <summary>A tool definition that says the tool is safer to repeat than the tool says of itself.</summary>
    public const string LaxerSideEffects = "laxer_side_effects";

    /// <summary>An agent that does not exist, as a tool.</summary>
    public const string UnknownAgent = "unknown_agent";

    /// <summary>An agent that is not active, as a tool.</summary>
    public const string InactiveAgent = "agent_inactive";

    /// <summary>An agent that would call itself, directly or through others.</summary>
    public const string AgentCycle = "agent_cycle";

    /// <summary>A node that calls a model and has none, where there is no default model.</summary>
    public const string MissingModel = "missing_model";

    /// <summary>A model's name that does not tell its provider.</summary>
    public const string UnknownModel = "unknown_model";

    /// <summary>A model provider that is not on offer here.</summary>
    public const string UnknownProvider = "unknown_provider";

    /// <summary>A model provider whose key is not set here.</summary>
    public const string MissingKey = "missing_key";

    /// <summary>An expression that does not compile.</summary>
    public const string InvalidExpression = "invalid_expression";

    /// <summary>A template that does not compile.</summary>
    public const string InvalidTemplate = "invalid_template";

    /// <summary>A JSON Schema that is none.</summary>
    public const string InvalidSchema = "invalid_schema";

    /// <summary>A URL that cannot be called, or a template that would let arguments change where it leads.</summary>
    public const string InvalidUrl = "invalid_url";

    /// <summary>A header that cannot be set, or a value that headers cannot have.</summary>
    public const string InvalidHeader = "invalid_header";

    /// <summary>An <c>{argument}</c> that the tool's parameters do not have.</summary>
    public const string UnknownPlaceholder = "unknown_placeholder";

    /// <summary>A URL that the operator's policy does not let out.</summary>
    public const string HostNotAllowed = "host_not_allowed";

    /// <summary>A key stands in the definition itself.</summary>
    public const string PlainSecret = "plain_secret";

    /// <summary>A <c>secret://NAME</c> that no source has.</summary>
    public const string UnknownSecret = "unknown_secret";
}
