using System.Net;

namespace Actant.Server.Settings;

/// <summary>How this process talks to the others that share the database.</summary>
/// <param name="Address">Where the others reach it.</param>
/// <param name="Listen">Where it listens for them.</param>
/// <param name="Key">What they know each other by.</param>
internal sealed record ClusterSettings(Uri Address, IPEndPoint Listen, string Key);
