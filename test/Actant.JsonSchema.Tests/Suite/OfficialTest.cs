using System.Text.Json;

namespace Actant.Schemas.Tests;

internal sealed record OfficialTest(string Name, JsonElement Schema, JsonElement Data, bool IsValid);
