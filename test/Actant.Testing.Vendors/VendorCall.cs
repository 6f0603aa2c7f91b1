namespace Actant.Testing.Vendors;

/// <summary>A tool call that a model demands.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">The tool.</param>
/// <param name="Arguments">The arguments as the model wrote them; deltas of a stream are cut out of them.</param>
public sealed record VendorCall(string Id, string Name, string Arguments);
