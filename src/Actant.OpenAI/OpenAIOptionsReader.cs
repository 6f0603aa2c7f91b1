using System.Text.Json;
using System.Text.RegularExpressions;
using Actant.Definitions;
using Actant.LanguageModels;
using OpenAI.Chat;

namespace Actant.OpenAI;

/// <summary>Reads the options of a model; every wrong one becomes a problem.</summary>
internal static partial class OpenAIOptionsReader
{
    private const int MostExtras = 64;
    private static readonly string[] s_ours = ["model", "messages", "stream", "stream_options", "tools", "n"];

    public static OpenAIModelOptions Read(ModelDefinition model, List<DefinitionProblem> problems)
    {
        if (model.Options is not { } options)
        {
            return new OpenAIModelOptions();
        }

        var reader = new OptionReader(
            options, "$.options", problems,
            "seed", "frequency_penalty", "presence_penalty", "reasoning_effort", "parallel_tool_calls", "tool_choice", "user", "extra");
        return new OpenAIModelOptions
        {
            Seed = reader.Integer("seed", int.MinValue, int.MaxValue),
            FrequencyPenalty = (float?)reader.Number("frequency_penalty", -2, 2),
            PresencePenalty = (float?)reader.Number("presence_penalty", -2, 2),
            ReasoningEffort = reader.Text("reasoning_effort"),
            ParallelToolCalls = reader.Flag("parallel_tool_calls"),
            ToolChoice = reader.Text("tool_choice") switch
            {
                null => null,
                "auto" => ChatToolChoice.CreateAutoChoice(),
                "none" => ChatToolChoice.CreateNoneChoice(),
                "required" => ChatToolChoice.CreateRequiredChoice(),
                var tool => ChatToolChoice.CreateFunctionChoice(tool),
            },
            User = reader.Text("user"),
            Extra = reader.Object("extra") is { } extra ? ReadExtra(reader, extra) : [],
        };
    }

    private static List<KeyValuePair<string, JsonElement>> ReadExtra(OptionReader reader, JsonElement extra)
    {
        var members = new List<KeyValuePair<string, JsonElement>>();
        foreach (var member in extra.EnumerateObject())
        {
            if (members.Count == MostExtras || !ExtraName().IsMatch(member.Name) || s_ours.Contains(member.Name))
            {
                reader.Note($"{reader.Path}.extra.{member.Name}", "out_of_range", $"At most {MostExtras} members of letters, digits and _ are possible, and none of: {string.Join(", ", s_ours)}.");
                return members;
            }

            members.Add(new(member.Name, member.Value));
        }

        return members;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_]{1,64}\z", RegexOptions.NonBacktracking)]
    private static partial Regex ExtraName();
}
