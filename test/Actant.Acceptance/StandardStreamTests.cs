using System.Text.Json;

namespace Actant.Acceptance;

/// <summary>Streams that are closed, or take nothing more.</summary>
[Trait("Row", "O10")]
public sealed class StandardStreamTests
{
    private const string Hello = """
        name: hello
        nodes:
          - {name: greet, type: prompt, template: "Hello, {{ input }}!"}
        """;

    [Theory]
    [InlineData("run", "-", "hi")]
    [InlineData("run", "FILE", "-")]
    [InlineData("run", "FILE", "--input", "-")]
    [InlineData("validate", "-")]
    [InlineData("secrets", "set", "key")]
    public async Task Stdin_Closed_IsSaidAndNotWaitedFor(params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("hello.yaml", Hello);

        var (code, _, error) = await ActantProcess.RunRedirectedAsync("<&-", arguments.Select(word => word == "FILE" ? file : word));

        Assert.Equal(2, code);
        Assert.StartsWith("actant: stdin is closed", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stdin_NamedTwice_IsRefused()
    {
        var run = await ActantProcess.RunAsync(["run", "-", "-"], Hello);
        var validate = await ActantProcess.RunAsync(["validate", "-", "-"], Hello);

        Assert.Equal((2, 2), (run.Code, validate.Code));
        Assert.Contains("it can be read only once", run.Error, StringComparison.Ordinal);
        Assert.Contains("it can be read only once", validate.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(">&-", "run", "FILE", "you")]
    [InlineData(">/dev/full", "run", "FILE", "you")]
    [InlineData(">/dev/full", "run", "FILE", "you", "--json")]
    [InlineData(">&-", "validate", "FILE")]
    [InlineData(">/dev/full", "schema")]
    [InlineData(">/dev/full", "run", "--help")]
    public async Task Stdout_CannotBeWritten_IsOneLineAndAnExitCode(string redirection, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("hello.yaml", Hello);

        var (code, _, error) = await ActantProcess.RunRedirectedAsync(redirection, arguments.Select(word => word == "FILE" ? file : word));

        Assert.Equal(1, code);
        Assert.Equal("actant: stdout cannot be written", Assert.Single(error.TrimEnd().Split('\n'))[.."actant: stdout cannot be written".Length]);
    }

    [Fact]
    public async Task Stdout_CannotBeWritten_DoesNotHarmTheExecution()
    {
        using var folder = new TemporaryFolder();
        var data = Path.Combine(folder.Path, "data");
        string[] run = ["run", folder.Write("hello.yaml", Hello), "you", "--data", data];

        foreach (var redirection in new[] { ">&-", ">/dev/full" })
        {
            Assert.Equal(1, (await ActantProcess.RunRedirectedAsync(redirection, run)).Code);
        }

        var (_, list, _) = await ActantProcess.RunAsync(["executions", "list", "--data", data, "--json"]);
        var statuses = JsonElement.Parse(list).GetProperty("executions").EnumerateArray().Select(static execution => execution.GetProperty("status").GetString());
        Assert.Equal(["completed", "completed"], statuses);
    }

    [Fact]
    public async Task Stderr_Closed_EndsNothing()
    {
        using var folder = new TemporaryFolder();

        var (code, output, _) = await ActantProcess.RunRedirectedAsync("2>&-", ["run", folder.Write("hello.yaml", Hello), "you"]);

        Assert.Equal(0, code);
        Assert.Contains("Hello, you!", output, StringComparison.Ordinal);
    }
}
