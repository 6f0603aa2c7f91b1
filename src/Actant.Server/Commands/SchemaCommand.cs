using System.CommandLine;
using System.Text;
using Actant.Definitions;

namespace Actant.Server.Commands;

/// <summary><c>actant schema</c>: the JSON Schema of definitions.</summary>
internal static class SchemaCommand
{
    public static Command Create(TextWriter output)
    {
        var command = new Command("schema", "Print the JSON Schema of definitions, for editors and forms.");
        ExamplesHelp.AddTo(command, "actant schema > agent.schema.json");
        command.SetAction(_ => output.Write(Encoding.UTF8.GetString(DefinitionSchema.Utf8.Span)));
        return command;
    }
}
