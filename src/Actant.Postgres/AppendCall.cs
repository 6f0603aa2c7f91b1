using Actant.Storage;

namespace Actant.Postgres;

internal sealed class AppendCall(int tenant, AppendRequest request) : LaneCall<AppendResult>
{
    public int Tenant => tenant;

    public AppendRequest Request => request;
}
