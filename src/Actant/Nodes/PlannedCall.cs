using Actant.Journaling;
using Actant.Tools;

namespace Actant.Nodes;

/// <summary>A call that an activation demands, and who answers it: a tool, a nested agent, or nobody of that name.</summary>
internal sealed record PlannedCall(CallState Call, BoundTool? Tool, NestedScope? Nested);
