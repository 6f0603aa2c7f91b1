namespace Actant.Egress;

/// <summary>Told of every request that goes out or is refused. Called on the path of the request: must be quick and must not throw.</summary>
public interface IEgressAudit
{
    /// <summary>Takes note. A request that was answered is reported once its body was read or given up.</summary>
    void Record(EgressRecord record);
}
