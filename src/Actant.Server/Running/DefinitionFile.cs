using Actant.Agents;
using Actant.Definitions;
using Actant.Executions;
using Microsoft.Extensions.Logging.Abstractions;

namespace Actant.Server.Running;

/// <summary>A definition that the command line names.</summary>
internal static class DefinitionFile
{
    /// <summary>
    /// The definition, or everything that is wrong with it. The agents that its tools name are looked for beside it, as the
    /// server would in that folder.
    /// </summary>
    public static async ValueTask<(AgentDefinition? Agent, IReadOnlyList<DefinitionProblem> Problems)> ReadAsync(
        string file, ActantEngine engine, CancellationToken cancellationToken)
    {
        if (Directory.Exists(file))
        {
            return (null, [new DefinitionProblem("$", "file_unreadable", $"It is a folder; name a file in it, or check all of them: actant validate {Path.Combine(file, "*.yaml")}")]);
        }

        try
        {
            using var stdin = file == StandardInput.Name ? new StandardInputFile() : null;
            var info = new FileInfo(stdin?.Path ?? file);
            var (agent, problems) = FileAgentCatalogue.Read(info, engine);
            if (agent is null || problems.Count > 0)
            {
                return (null, problems);
            }

            var folder = stdin is not null ? new DirectoryInfo(".") : info.Name.StartsWith("agent.", StringComparison.Ordinal) ? info.Directory!.Parent ?? info.Directory! : info.Directory!;
            var beside = new FileAgentCatalogue(folder.FullName, engine, TimeProvider.System, NullLogger<FileAgentCatalogue>.Instance);
            var linked = await engine.LinkAsync(TenantId.Default, agent, beside, cancellationToken);
            return (linked.Definition, linked.Problems);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            return (null, [new DefinitionProblem("$", "file_unreadable", exception.Message)]);
        }
    }

    /// <summary><c>file: $.path: message [code]</c>.</summary>
    public static string Describe(string file, DefinitionProblem problem) => TerminalText.Field($"{file}: {problem.Path}: {problem.Message} [{problem.Code}]");
}
