namespace Actant.Acceptance;

/// <summary>Questions at a terminal.</summary>
[Trait("Row", "O10")]
[Trait("Row", "X9")]
public sealed class TerminalTests
{
    private const string Gate = """
        name: gate
        model:
          provider: scripted
          model_name: gate
          options: {script: [{tool_calls: [{name: pay, arguments: {}}]}, the end]}
        tool_definitions:
          - {name: pay, type: http, requires_approval: true, config: {method: POST, url: "http://127.0.0.1:9/pay"}}
        tools: [pay]
        """;

    private const string Down = "\u001b[B";

    [Fact]
    public async Task Question_TypedAhead_IsAnsweredByWhatComesAfterIt()
    {
        using var folder = new TemporaryFolder();

        // Some Enters before there is a question, and a careless one at it.
        var (code, shown) = await ActantProcess.RunAtTerminalAsync(
            ["run", folder.Write("gate.yaml", Gate), "x"],
            [("ACTANT__EGRESS__ALLOWPRIVATENETWORKS", "true")],
            "\n\n\n",
            ("> (choose)", "\r"),
            ("> (choose)", Down),
            ("> approve", Down),
            ("> edit", Down),
            ("> reject", "\r"),
            ("message:", "\r"));

        Assert.True(code == 0, shown);
        Assert.DoesNotContain("egress_", shown, StringComparison.Ordinal);
        Assert.Contains("the end", shown, StringComparison.Ordinal);
    }
}
