namespace Actant.Testing.Vendors;

/// <summary>Groq's form of OpenAI's chat completions: another path, and fields that it refuses.</summary>
public sealed class FakeGroq : FakeOpenAI
{
    protected override string BasePath => "/openai/v1";

    protected override bool IsGroq => true;
}
