using Actant.Definitions;
using Actant.Executions;
using Actant.Validation;
using Microsoft.Extensions.Logging;

namespace Actant.Agents;

/// <summary>
/// The agents of a folder: its <c>*.yaml</c>, <c>*.yml</c> and <c>*.json</c> files, and files named <c>agent</c> in its direct
/// subfolders. The same for every tenant. A changed file counts from the next poll on (at most one a second); while its new
/// version has problems, the last one that was in order goes on serving.
/// </summary>
public sealed partial class FileAgentCatalogue : IAgentCatalogue
{
    private const int MaxFiles = 1_000;
    private const long MaxBytes = 4 * 1024 * 1024;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly string _folder;
    private readonly ActantEngine _engine;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _loading = new();
    private volatile Snapshot _snapshot = new([], new Dictionary<string, AgentDefinition>(), []);
    private long _polledAt;

    /// <summary>Reads the folder at once.</summary>
    /// <param name="folder">The folder; may be missing as long as there are no agents.</param>
    /// <param name="engine">Where the agents shall run: says what is wrong with them.</param>
    /// <param name="time">Paces the polls for changes.</param>
    /// <param name="log">Told of files with problems, once for each version.</param>
    public FileAgentCatalogue(string folder, ActantEngine engine, TimeProvider time, ILogger<FileAgentCatalogue> log)
    {
        _folder = folder;
        _engine = engine;
        _time = time;
        _log = log;
        _polledAt = time.GetTimestamp();
        Load();
    }

    /// <summary>Files that cannot be served as they are.</summary>
    public IReadOnlyList<CatalogueProblem> Problems => Current().Problems;

    /// <inheritdoc />
    public ValueTask<AgentDefinition?> FindAsync(TenantId tenant, string name, CancellationToken cancellationToken) =>
        new(Current().Agents.GetValueOrDefault(name));

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<AgentDefinition>> ListAsync(TenantId tenant, CancellationToken cancellationToken) =>
        new([.. Current().Agents.Values.OrderBy(agent => agent.Name, StringComparer.Ordinal)]);

    private Snapshot Current()
    {
        // One polls; whoever comes meanwhile is served from what was known.
        if (_time.GetElapsedTime(Interlocked.Read(ref _polledAt)) >= Interval && _loading.TryEnter())
        {
            try
            {
                Interlocked.Exchange(ref _polledAt, _time.GetTimestamp());
                Load();
            }
            finally
            {
                _loading.Exit();
            }
        }

        return _snapshot;
    }

    private void Load()
    {
        var known = _snapshot.Files.ToDictionary(file => file.Name);
        var files = new List<AgentFile>();
        var isChanged = false;
        foreach (var info in Files())
        {
            var name = Path.GetRelativePath(_folder, info.FullName);
            known.Remove(name, out var before);
            if (before is not null && before.Written == info.LastWriteTimeUtc && before.Length == info.Length)
            {
                files.Add(before);
                continue;
            }

            isChanged = true;
            files.Add(Read(info, name, before));
        }

        if (isChanged || known.Count > 0)
        {
            _snapshot = Snapshot.Of(files);
        }
    }

    private AgentFile Read(FileInfo info, string name, AgentFile? before)
    {
        var (agent, problems) = Read(info, _engine);
        if (problems.Count > 0)
        {
            LogProblems(name, before?.Agent is not null, problems.Count, $"{problems[0].Path}: {problems[0].Message}");
        }

        return new AgentFile(name, info.LastWriteTimeUtc, info.Length, agent ?? before?.Agent, problems);
    }

    /// <summary>
    /// The agent of one file, or everything that is wrong with it; a file that cannot be read is a problem too. Whether the agents
    /// exist that its tools name is not looked at.
    /// </summary>
    /// <param name="info">The file.</param>
    /// <param name="engine">Where the agent shall run.</param>
    public static (AgentDefinition? Agent, IReadOnlyList<DefinitionProblem> Problems) Read(FileInfo info, ActantEngine engine)
    {
        try
        {
            if (info.Length > MaxBytes)
            {
                return (null, [new DefinitionProblem("$", "document_too_large", $"The file has {info.Length} bytes; at most {MaxBytes} are read.")]);
            }

            // A file named agent.yaml is called after its folder.
            var fallback = info.Name.StartsWith("agent.", StringComparison.Ordinal) ? info.Directory!.Name + info.Extension : info.Name;
            var read = DefinitionReader.Read(File.ReadAllBytes(info.FullName), fallback);
            var result = DefinitionValidator.Validate(read, engine.Context(static _ => true));
            return (result.Definition, result.Problems);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (null, [new DefinitionProblem("$", "file_unreadable", exception.Message)]);
        }
    }

    private IEnumerable<FileInfo> Files()
    {
        try
        {
            var folder = new DirectoryInfo(_folder);
            return !folder.Exists ? [] : [.. folder.EnumerateFiles()
                .Concat(folder.EnumerateDirectories().Take(MaxFiles).SelectMany(inner => inner.EnumerateFiles("agent.*")))
                .Where(file => file.Extension.ToLowerInvariant() is ".yaml" or ".yml" or ".json")
                .OrderBy(file => file.FullName, StringComparer.Ordinal)
                .Take(MaxFiles)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogUnreadable(exception, _folder);
            return [];
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The agent file {File} has {Count} problems (an older version serves: {ServesOlder}). {First}")]
    private partial void LogProblems(string file, bool servesOlder, int count, string first);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The agent folder {Folder} cannot be read")]
    private partial void LogUnreadable(Exception exception, string folder);

    private sealed record Snapshot(
        IReadOnlyList<AgentFile> Files, IReadOnlyDictionary<string, AgentDefinition> Agents, IReadOnlyList<CatalogueProblem> Problems)
    {
        public static Snapshot Of(IReadOnlyList<AgentFile> files)
        {
            var agents = new Dictionary<string, AgentDefinition>();
            var problems = new List<CatalogueProblem>();
            foreach (var file in files)
            {
                var errors = file.Problems;
                if (file.Agent is { } agent && !agents.TryAdd(agent.Name, agent))
                {
                    errors = [.. errors, new DefinitionProblem("$.name", "duplicate_name", $"Another file has an agent named '{agent.Name}' already.")];
                }

                if (errors.Count > 0)
                {
                    problems.Add(new CatalogueProblem(file.Name, file.Agent is not null, errors));
                }
            }

            return new Snapshot(files, agents, problems);
        }
    }
}
