using System.Text.Json;
using System.Text.Json.Nodes;
using Actant.Definitions;
using Actant.LanguageModels;
using Actant.Testing.Vendors;
using Microsoft.Extensions.AI;

namespace Actant.Models.Tests;

/// <summary>The scripted model keeps what vendors' clients keep, so what works with it works with them.</summary>
[Trait("Row", "L2")]
public sealed class ScriptedConformanceTests : ChatClientConformance
{
    protected override int InTheMiddle => 1;

    protected override IChatClient ClientFor(VendorReply reply)
    {
        var step = new JsonObject { ["answer"] = reply.Answer?.Text ?? "" };
        if (reply.Answer is { } answer)
        {
            step["tool_calls"] = new JsonArray([.. answer.Calls.Select(call =>
                new JsonObject { ["name"] = call.Name, ["arguments"] = JsonNode.Parse(call.Arguments) })]);
            step["usage"] = new JsonObject
            {
                ["input_tokens"] = answer.Usage.Input,
                ["output_tokens"] = answer.Usage.Output,
                ["cached_tokens"] = answer.Usage.Cached,
            };
        }

        if (reply.Hangs)
        {
            step["delay_ms"] = 3_600_000;
        }
        else if (reply.After is { } after)
        {
            step["fail"] = new JsonObject { ["after_tokens"] = after };
        }
        else if (reply.Fault == VendorFault.RateLimit)
        {
            step["fail"] = new JsonObject { ["code"] = ModelErrors.RateLimited, ["retry_after_ms"] = int.Parse(reply.Headers["Retry-After"]) * 1000 };
        }

        var options = new JsonObject { ["default"] = step };
        return new ScriptedModelProvider(TimeProvider.System).Create(new ModelDefinition
        {
            Provider = ScriptedModelProvider.ProviderName,
            ModelName = "m-1",
            Options = JsonElement.Parse(options.ToJsonString()),
        });
    }
}
