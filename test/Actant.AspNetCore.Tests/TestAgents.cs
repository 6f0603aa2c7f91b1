namespace Actant.AspNetCore.Tests;

/// <summary>The agents of the tests.</summary>
internal static class TestAgents
{
    public static IReadOnlyDictionary<string, string> Files { get; } = new Dictionary<string, string>
    {
        ["sums.yaml"] = """
            name: sums
            description: Does sums.
            instructions: Use the calculator.
            model: {provider: scripted, model_name: calculator}
            tools: {calculator: true, http_request: false}
            """,
        ["failing.yaml"] = """
            name: failing
            instructions: Fail.
            model: {provider: scripted, model_name: broken, options: {default: {answer: never, fail: {code: model_request_rejected}}}}
            """,
        ["slow.yaml"] = """
            name: slow
            instructions: Take your time.
            model: {provider: scripted, model_name: slow, options: {delay_ms: 3600000, default: late}}
            """,
        ["words.yaml"] = """
            name: words
            instructions: Speak.
            model: {provider: scripted, model_name: words, options: {token_delay_ms: 1000, default: one two three}}
            """,
        ["approval.yaml"] = """
            name: approval
            nodes:
              - name: approve
                type: human
                prompt: "Publish?"
                response_schema: {type: object, properties: {approved: {type: boolean}}, required: [approved], additionalProperties: false}
                writes: decision
            edges: []
            """,
        ["two-questions.yaml"] = """
            name: two-questions
            nodes:
              - {name: first, type: human, prompt: "First?"}
              - {name: second, type: human, prompt: "Second?"}
            edges:
              - {from: start, to: first}
              - {from: start, to: second}
            """,
        ["asleep.yaml"] = """
            name: asleep
            is_active: false
            instructions: Sleep.
            model: {provider: scripted, model_name: calculator}
            """,
        ["division.yaml"] = """
            name: division
            instructions: Divide.
            model:
              provider: scripted
              model_name: divider
              options:
                script:
                  - tool_calls: [{name: calculator, arguments: {operation: divide, a: 1, b: 0}}]
                  - done
            tools: {calculator: true}
            """,
    };
}
