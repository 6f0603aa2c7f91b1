namespace Actant.Steps;

/// <summary>Names a step, over all its attempts.</summary>
/// <param name="Path">The scope.</param>
/// <param name="Activation">The activation.</param>
/// <param name="CallId">The call, or <c>null</c> for the activation's model.</param>
internal readonly record struct StepKey(string Path, string Activation, string? CallId);
