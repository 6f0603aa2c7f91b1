using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Actant.Repository.Tests;

/// <summary>What <c>deploy/</c> names is there in the product.</summary>
[Trait("Row", "O5")]
public sealed partial class DeployTests
{
    // Of images and of manifests themselves.
    private static readonly HashSet<string> s_others = ["POD_IP", "POSTGRES_PASSWORD", "DOTNET_EnableDiagnostics", "DOTNET_gcServer"];

    private static readonly HashSet<string> s_labels = ["http_response_status_code", "gen_ai_request_model", "gen_ai_token_type", "http_route", "histogram_quantile"];

    private static string Pages => field ??= string.Concat(Repository.FilesUnder("docs", ".md").Select(Repository.Read));

    [Fact]
    public void Variables_OfManifests_AreSettings()
    {
        var named = Variables().ToList();

        Assert.InRange(named.Count, 25, 200);
        Offenders.AreNone(named.Where(static pair => !s_others.Contains(pair.Name) && !Pages.Contains($"`{pair.Name}`", StringComparison.Ordinal)).Select(static pair => $"{pair.File}: {pair.Name} stands on no page"));
    }

    [Fact]
    public void Secrets_OfTheDeployment_AreMadeByThePlatform()
    {
        var made = Repository.Read("deploy/kubernetes/platform/externalsecrets.yaml") + Repository.Read("deploy/kubernetes/platform/claims.yaml");
        var used = Secret().Matches(Repository.Read("deploy/kubernetes/base/deployment.yaml")).Select(static match => match.Groups["name"].Value).Distinct().ToList();

        Assert.Equal(4, used.Count);
        Offenders.AreNone(used.Where(secret => !made.Contains($"{{name: {secret}}}", StringComparison.Ordinal)));
    }

    [Fact]
    public void Ports_OfManifests_AreThoseWhereTheServerListens()
    {
        var files = Repository.Files.Where(static file => file.StartsWith("deploy/kubernetes/", StringComparison.Ordinal)).ToDictionary(static file => file, Repository.Read, StringComparer.Ordinal);
        var all = string.Concat(files.Values) + Repository.Read("deploy/Dockerfile");
        List<string> PortsOf(Regex pattern, string text) => [.. pattern.Matches(text).Select(static match => match.Groups["port"].Value).Distinct().Order(StringComparer.Ordinal)];

        var listened = PortsOf(ListenPort(), all);
        Assert.Equal(["8080", "8081", "8082"], listened);
        Assert.Equal(listened, PortsOf(ContainerPort(), all));
        Assert.Equal(listened, PortsOf(PolicyPort(), string.Concat(files.Where(static file => file.Key.EndsWith("networkpolicy.yaml", StringComparison.Ordinal)).Select(static file => file.Value[file.Value.IndexOf("ingress:", StringComparison.Ordinal)..file.Value.IndexOf("egress:", StringComparison.Ordinal)]))));
        Offenders.AreNone(PortsOf(TargetPort(), all).Where(name => !all.Contains($"{{name: {name}, containerPort: ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Trigger_OfKnative_SendsJobsWhereTheyAreTakenWithoutAKey()
    {
        var trigger = Repository.Read("deploy/kubernetes/knative/trigger.yaml");
        var service = Repository.Read("deploy/kubernetes/knative/service.yaml");

        Assert.Contains($"EventType = \"{EventType().Match(trigger).Groups["name"].Value}\"", Repository.Read("src/Actant.CloudEvents/Job.cs"), StringComparison.Ordinal);
        Assert.Contains($"metadata: {{name: {Subscriber().Match(trigger).Groups["name"].Value}}}", service, StringComparison.Ordinal);
        Assert.Contains("targetPort: events}", service, StringComparison.Ordinal);
        Assert.Matches(@"\{name: events, containerPort: (\d+)}(?s:.*)LISTEN, value: ""http://0\.0\.0\.0:\1""", Repository.Read("deploy/kubernetes/knative/deployment.yaml"));
    }

    [Fact]
    public void Probes_OfTheDeployment_AreOperations()
    {
        var api = Repository.Read("src/Actant.AspNetCore/OpenApi/openapi.json");
        var paths = ProbePath().Matches(Repository.Read("deploy/kubernetes/base/deployment.yaml")).Select(static match => match.Groups["name"].Value).ToList();

        Assert.Equal(4, paths.Count);
        Offenders.AreNone(paths.Where(path => !api.Contains($"\"{path}\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void Metrics_OfAlertsAndDashboard_AreThoseOfTheServer()
    {
        var page = Repository.Read("docs/metrics.md");
        var named = new[] { "deploy/monitoring/alerts.yaml", "deploy/monitoring/dashboard.json" }
            .SelectMany(static file => Expression().Matches(Repository.Read(file)).Select(match => (File: file, Text: match.Value)))
            .SelectMany(static line => Metric().Matches(Quoted().Replace(line.Text, "")).Select(match => (line.File, Name: match.Value)))
            .Where(static metric => !s_labels.Contains(metric.Name)).Distinct().ToList();

        Assert.InRange(named.Count, 20, 100);
        Offenders.AreNone(named.Where(metric => !IsOn(page, metric.Name)).Select(static metric => $"{metric.File}: {metric.Name}"));
    }

    [Theory]
    [InlineData("kubectl", "kustomize deploy/kubernetes/platform")]
    [InlineData("promtool", "check rules deploy/monitoring/alerts.yaml")]
    public async Task Files_ToolsThatReadThem_TakeThem(string tool, string arguments)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        Assert.SkipUnless(folders.Any(folder => File.Exists(Path.Combine(folder, tool))), $"{tool} is not installed.");

        using var process = Process.Start(new ProcessStartInfo(tool, arguments) { WorkingDirectory = Repository.Root, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(process.ExitCode == 0, await output + error);
    }

    private static bool IsOn(string page, string metric) => new[] { metric, Part().Replace(metric, "") }.Any(name => page.Contains($"`{name}`", StringComparison.Ordinal))
        || (metric.StartsWith("dotnet_process_", StringComparison.Ordinal) && page.Contains("`dotnet_process_*`", StringComparison.Ordinal));

    private static IEnumerable<(string File, string Name)> Variables() =>
        from file in Repository.Files
        where file.StartsWith("deploy/", StringComparison.Ordinal) && !file.EndsWith(".md", StringComparison.Ordinal) && !file.EndsWith(".json", StringComparison.Ordinal)
        from match in Variable().Matches(Repository.Read(file))
        select (file, match.Groups["name"].Value);

    // {name: PG_HOST, …} of a manifest, PG_HOST: … of compose, ENV A=… B=… of an image.
    [GeneratedRegex(@"\{name: (?<name>[A-Z][A-Z0-9_]{3,})[,}]|^ +(?<name>[A-Z][A-Z0-9_]{3,}): |\b(?<name>[A-Z][A-Z0-9]*_[A-Za-z0-9_]+)=", RegexOptions.Multiline, 1000)]
    private static partial Regex Variable();

    [GeneratedRegex(@"(?:URLS=|LISTEN, value: "")http://0\.0\.0\.0:(?<port>\d+)", RegexOptions.None, 1000)]
    private static partial Regex ListenPort();

    [GeneratedRegex(@"containerPort: (?<port>\d+)", RegexOptions.None, 1000)]
    private static partial Regex ContainerPort();

    [GeneratedRegex(@"\{port: (?<port>\d+)", RegexOptions.None, 1000)]
    private static partial Regex PolicyPort();

    [GeneratedRegex("targetPort: (?<port>[a-z]+)", RegexOptions.None, 1000)]
    private static partial Regex TargetPort();

    [GeneratedRegex("type: (?<name>[a-z.-]+)}", RegexOptions.None, 1000)]
    private static partial Regex EventType();

    [GeneratedRegex("kind: Service, name: (?<name>[a-z-]+)}", RegexOptions.None, 1000)]
    private static partial Regex Subscriber();

    [GeneratedRegex(@"secretKeyRef: \{name: (?<name>[a-z-]+),", RegexOptions.None, 1000)]
    private static partial Regex Secret();

    [GeneratedRegex(@"(?:httpGet: \{path: |prometheus\.io/path: )(?<name>/[a-z]+)", RegexOptions.None, 1000)]
    private static partial Regex ProbePath();

    [GeneratedRegex("""(?<=expr: |"expr": ").+""", RegexOptions.None, 1000)]
    private static partial Regex Expression();

    [GeneratedRegex("""\\?"[^"]*?\\?"(?=[},])""", RegexOptions.None, 1000)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\b[a-z]+(?:_[a-z]+)+\b", RegexOptions.None, 1000)]
    private static partial Regex Metric();

    [GeneratedRegex("_(?:bucket|count|sum)$", RegexOptions.None, 1000)]
    private static partial Regex Part();
}
