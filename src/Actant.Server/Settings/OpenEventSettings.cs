using System.Net;
using Actant.CloudEvents;

namespace Actant.Server.Settings;

/// <summary>Where events come in without a key.</summary>
/// <param name="Listen">The listener that is for them alone.</param>
/// <param name="Owners">Whose they are.</param>
internal sealed record OpenEventSettings(IPEndPoint Listen, JobOwners Owners);
