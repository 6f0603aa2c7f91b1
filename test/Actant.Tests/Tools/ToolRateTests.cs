using Actant.Definitions;
using Actant.Testing;
using Actant.Tools;
using Actant.Validation;

namespace Actant.Tests.Tools;

[Trait("Row", "T7")]
public sealed class ToolRateTests
{
    private static readonly ToolLimits s_twoInTen = new() { MaxCalls = 2, Window = TimeSpan.FromSeconds(10) };
    private readonly ManualTimeProvider _clock = new();
    private readonly ToolGate _gate;
    private int _called;

    public ToolRateTests() => _gate = new ToolGate(_clock);

    [Fact]
    public async Task Invoke_MoreCallsThanTheWindowHolds_IsRefusedWithTheTimeToWait()
    {
        Assert.Null(await CallAsync());
        _clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Null(await CallAsync());

        var refused = await CallAsync();

        Assert.Equal((ToolErrors.RateLimited, true, 6000L), (refused!.Code, refused.Transient, refused.RetryAfterMs));
        Assert.Contains("in 6 s", refused.Message, StringComparison.Ordinal);
        Assert.Equal(2, _called);
    }

    [Fact]
    public async Task Invoke_WindowSlides_OneCallAtATimeComesFree()
    {
        await CallAsync();
        _clock.Advance(TimeSpan.FromSeconds(4));
        await CallAsync();

        _clock.Advance(TimeSpan.FromSeconds(6));

        Assert.Null(await CallAsync());
        Assert.Equal(4000, (await CallAsync())!.RetryAfterMs);
    }

    [Fact]
    public async Task Invoke_RefusedCalls_DoNotCount()
    {
        await CallAsync();
        await CallAsync();
        for (var i = 0; i < 10; i++)
        {
            Assert.NotNull(await CallAsync());
        }

        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Null(await CallAsync());
        Assert.Null(await CallAsync());
    }

    [Fact]
    public async Task Invoke_OtherTenantsAndTools_HaveTheirOwnWindows()
    {
        await CallAsync();
        await CallAsync();

        Assert.Null(await CallAsync(tenant: "acme"));
        Assert.Null(await CallAsync(tool: "other"));
        Assert.NotNull(await CallAsync());
    }

    [Fact]
    public async Task Invoke_InvalidArguments_DoNotCount()
    {
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(ToolErrors.InvalidArguments, (await CallAsync(arguments: """{"x": 1}"""))?.Code);
        }

        Assert.Null(await CallAsync());
    }

    [Fact]
    public async Task Invoke_ManyTenants_AreForgottenWithTheirWindows()
    {
        for (var i = 0; i < 5000; i++)
        {
            Assert.Null(await CallAsync(tenant: $"t{i}"));
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Null(await CallAsync(tenant: "t0"));
    }

    [Theory]
    [InlineData("{max_calls: 0}", "$.tool_definitions[0].limits.max_calls")]
    [InlineData("{max_calls: 10001}", "$.tool_definitions[0].limits.max_calls")]
    [InlineData("{max_calls: 1, window_seconds: 0}", "$.tool_definitions[0].limits.window_seconds")]
    [InlineData("{max_calls: 1, window_seconds: 86401}", "$.tool_definitions[0].limits.window_seconds")]
    [InlineData("{max_calls: 10000, window_seconds: 86400}", null)]
    public void Limits_OutOfRange_AreReported(string limits, string? path)
    {
        var read = DefinitionReader.Read(System.Text.Encoding.UTF8.GetBytes($"name: a\ninstructions: x\nmodel: scripted\ntool_definitions: [{{name: calculator, type: builtin, limits: {limits}}}]"));
        var context = new DefinitionContext { BuiltinTools = new Dictionary<string, Tool> { ["calculator"] = new CalculatorTool() } };

        var problems = DefinitionValidator.Validate(read, context).Problems.Where(problem => problem.Path.Contains("limits", StringComparison.Ordinal));

        Assert.Equal(path is null ? [] : [path], problems.Select(problem => problem.Path));
    }

    private async Task<Failure?> CallAsync(string tenant = "default", string tool = "tool", string arguments = "{}")
    {
        var function = FunctionTool.Create(() => ++_called, tool, "Counts.");
        var bound = TestCalls.Bind(function, new ToolDefinition { Name = tool, Type = "code", Limits = s_twoInTen });
        var call = TestCalls.Of(arguments);
        call = call with { Context = call.Context with { Thread = new ThreadKey(new TenantId(tenant), "thread") } };
        return (await _gate.InvokeAsync(bound, call, null, default)).Failure;
    }
}
