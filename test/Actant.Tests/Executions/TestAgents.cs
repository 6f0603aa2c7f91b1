namespace Actant.Tests.Executions;

/// <summary>Definitions that ask the gated model.</summary>
internal static class TestAgents
{
    /// <summary>Answers.</summary>
    public const string Talker = """
        name: talker
        model: {provider: gated, model_name: any}
        """;

    /// <summary>Answers, and retries after about a second.</summary>
    public const string Stubborn = """
        name: stubborn
        model: {provider: gated, model_name: any, timeout_ms: 8000}
        nodes:
          - {name: talk, type: agent, on_error: {max_attempts: 3, backoff_ms: 1000}}
        """;

    /// <summary>Answers, and may call <c>work</c>.</summary>
    public const string Worker = """
        name: worker
        model: {provider: gated, model_name: any}
        tools: [work]
        """;

    /// <summary>Two branches that answer at once; their system prompts are their names.</summary>
    public const string Two = """
        name: two
        model: {provider: gated, model_name: any}
        nodes:
          - {name: left, type: agent, system_prompt: left, on_error: {max_attempts: 20, backoff_ms: 1}}
          - {name: right, type: agent, system_prompt: right, on_error: {max_attempts: 20, backoff_ms: 1}}
        """;

    /// <summary>Asks a person, then the model.</summary>
    public const string Asking = """
        name: asking
        model: {provider: gated, model_name: any}
        nodes:
          - {name: ask, type: human, prompt: May I?}
          - {name: talk, type: agent}
        edges:
          - {from: ask, to: talk}
        """;

    /// <summary>Asks a person and, beside it, the model; after the person's answer the model once more.</summary>
    public const string AskingBeside = """
        name: asking-beside
        model: {provider: gated, model_name: any}
        nodes:
          - {name: ask, type: human, prompt: May I?}
          - {name: beside, type: agent, system_prompt: beside}
          - {name: after, type: agent, system_prompt: after}
        edges:
          - {from: ask, to: after}
        """;

    /// <summary>An orchestrator with a specialist.</summary>
    public const string Desk = """
        name: desk
        model: {provider: gated, model_name: any}
        nodes:
          - {name: lead, type: orchestrator, system_prompt: lead}
          - {name: law, type: specialist, description: Knows the law, system_prompt: law}
        edges:
          - {from: lead, to: law, type: orchestration}
        """;

    /// <summary>An agent inside a nested graph.</summary>
    public const string Nested = """
        name: nested
        model: {provider: gated, model_name: any}
        nodes:
          - name: inner
            type: graph
            graph:
              nodes:
                - {name: law, type: agent, system_prompt: law}
        """;

    /// <summary>The definition with a time-out of 20 s, which waits for people count towards or not.</summary>
    public static string Within20Seconds(string definition, bool countWaiting = false) =>
        $"{definition}\nlimits: {{timeout_ms: 20000, count_waiting: {(countWaiting ? "true" : "false")}}}\n";
}
