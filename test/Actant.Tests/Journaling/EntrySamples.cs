using System.Text.Json;
using Actant.Journaling;

namespace Actant.Tests.Journaling;

/// <summary>One entry of each kind, all fields set.</summary>
internal static class EntrySamples
{
    public static readonly DateTimeOffset At = new(2026, 2, 3, 4, 5, 6, 789, TimeSpan.Zero);

    private const string CallId = "call_000000000000000000000001";

    private const string OtherCallId = "call_000000000000000000000002";

    private static readonly ExecutionId s_execution = new(new Guid("00000000-0000-0000-0000-00000000000e"));

    private static readonly Principal s_principal = new() { KeyId = "0123456789abcdef", UserId = "ada", Role = "admin" };

    private static readonly Failure s_failure = new()
    {
        Code = "rate_limit_exceeded",
        Message = "Too “fast” \0 \ud83d\ude00 </script>",
        Transient = true,
        RetryAfterMs = 1500,
        Where = "outer/inner",
    };

    private static readonly IReadOnlyList<StateOperation> s_operations =
    [
        new() { Op = StateOperationKind.Set, Key = "a", Value = Json("""{"b":[1,2.50,1e3,null,true]}""") },
        new() { Op = StateOperationKind.Append, Key = "list", Value = Json("""[{"id":"x","n":1}]""") },
        new() { Op = StateOperationKind.Replace, Key = "list", Id = "x", Value = Json("""{"id":"x","n":2}""") },
        new() { Op = StateOperationKind.Remove, Key = "list", Id = "x" },
        new() { Op = StateOperationKind.Patch, Key = "list", Id = "x", Value = Json("""{"n":null,"m":{"o":1}}""") },
        new() { Op = StateOperationKind.Append, Key = "messages", Value = Json("""[{"role":"user","content":"Hi"}]""") },
    ];

    public static IReadOnlyList<EntryPayload> All { get; } =
    [
        new Taken(),
        new InputReceived
        {
            Input = Json("""{"messages":[]}"""),
            Operations = s_operations,
            Call = new ToolDemand(CallId, "team", Json("""{"task":"go"}""")),
            Security = new SecurityContext { UserId = "ada", Permissions = ["calculator"] },
            Principal = s_principal,
        },
        new ExecutionStarted
        {
            Agent = "desk",
            Definition = "sha256:0",
            Behaviour = 2,
            Pin = new DefinitionPin
            {
                Format = 2,
                DefaultModel = "vendor/m-7",
                Providers = new Dictionary<string, string> { ["vendor"] = "0123456789abcdef" },
                Tools = new Dictionary<string, string> { ["look"] = "1.0.0-0a1b2c3d" },
            },
            Deadline = At.AddHours(1),
            Principal = s_principal,
        },
        new ModelAnswered
        {
            Message = new Message
            {
                Id = "msg_1",
                Role = Roles.Assistant,
                Name = "desk",
                Content = Json("\"Let me see.\""),
                ToolCalls =
                [
                    new ToolDemand(CallId, "calculator", Json("""{"a":1}""")) { VendorId = "call_0_0" },
                    new ToolDemand(OtherCallId, "odd", Json("\"no json\"")),
                ],
                ToolCallId = "never",
            },
            Request = new RequestFingerprint { Base = 3, Messages = 2, Trimmed = 1, Hash = "0123456789abcdef" },
            Model = "m-1",
            ModelSource = "scripted",
            Usage = new Usage { Input = 10, Output = 20, Cached = 3, Reasoning = 4 },
            CostUsd = 0.001230m,
            FinishReason = "tool_calls",
            DurationMs = 42,
        },
        new ToolStarted
        {
            CallId = CallId,
            Tool = "calculator",
            Version = "1.2.3",
            Class = ToolClass.Unsafe,
            Arguments = Json("""{"a":1}"""),
            IdempotencyKey = $"{s_execution}/{CallId}/0123456789abcdef",
            Deadline = At.AddSeconds(30),
        },
        new ToolFinished { CallId = CallId, Tool = "calculator", Output = Json("""{"result":42}"""), Failure = s_failure, ByPerson = true, DurationMs = 7 },
        new AttemptFailed { CallId = CallId, Failure = s_failure, RetryAt = At.AddSeconds(9) },
        new NodeStarted { Deadline = At.AddMinutes(1), WakeAt = At.AddMinutes(2) },
        new ScopeClosing { Failure = s_failure },
        new CallReported
        {
            CallId = CallId,
            Tool = "calculator",
            Report = new CallReport { Output = Json("""{"result":42}"""), Failure = s_failure, DurationMs = 7 },
            Interrupt = new Interrupt { Id = "int_1", Reason = InterruptReasons.ToolOutcomeUnknown, Prompt = "Did it?", Proposal = new CallReport { Output = Json("42"), HasParts = true } },
        },
        new NodeFinished { Live = [0, 2], Operations = s_operations, Failure = s_failure, FellBack = true },
        new Interrupted
        {
            Interrupt = new Interrupt
            {
                Id = "int_1",
                Reason = InterruptReasons.ToolApproval,
                Prompt = "May it?",
                ResponseSchema = Json("""{"type":"object"}"""),
                CallId = CallId,
                Tool = "calculator",
                Arguments = Json("""{"a":1}"""),
            },
            Principal = s_principal,
        },
        new Resumed { InterruptId = "int_1", Answer = Json("""{"decision":"approve"}"""), Principal = s_principal },
        new StateUpdated { Operations = s_operations, Failure = s_failure, Principal = s_principal },
        new ExecutionCompleted { MessageId = "msg_2", Output = Json("[1]") },
        new ExecutionFailed { Failure = s_failure, UnknownCalls = [CallId] },
        new ExecutionCancelled { Reason = "enough", FinishedCalls = [OtherCallId], UnknownCalls = [CallId], Principal = s_principal },
        new ExecutionTimedOut { Deadline = At.AddHours(1), UnknownCalls = [CallId] },
        new Rewound { To = 5, Continues = s_execution, Principal = s_principal },
        new Forked { From = "other", Position = 5, Continues = s_execution, Principal = s_principal },
        new ChildStarted
        {
            Child = s_execution,
            Thread = "child",
            Node = "outer/inner",
            Input = Json("""{"n":1}"""),
            Security = new SecurityContext { UserId = "ada" },
            Principal = s_principal,
            Deadline = At.AddHours(1),
        },
        new ChildEnded
        {
            Child = s_execution,
            Status = ExecutionStatus.Completed,
            Output = Json("\"done\""),
            Failure = s_failure,
            Usage = new Usage { Input = 10, Output = 20 },
            CostUsd = 0.001230m,
        },
        new Erased(),
    ];

    /// <summary>The format that brought a kind.</summary>
    public static int FirstFormatOf(EntryPayload payload) => payload is NodeStarted or ScopeClosing or CallReported ? 2 : 1;

    public static Entry Of(EntryPayload payload) => new()
    {
        Id = new Guid("00000000-0000-0000-0000-000000000001"),
        Position = 7,
        Execution = s_execution,
        Path = "outer/inner:call%2F1",
        Activation = "desk#2",
        Attempt = 3,
        At = At,
        Epoch = 4,
        Payload = payload,
    };

    private static JsonElement Json(string text) => JsonElement.Parse(text);
}
