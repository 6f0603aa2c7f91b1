using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Actant.AspNetCore.Access;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Tests.Access;

[Trait("Row", "S5")]
public sealed class ConnectionUserTests
{
    private const string Header = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
    private const string ServerRow = "   2: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1000        0 77 1 00000000 20 4 30 10 -1";

    [Theory]
    [InlineData("0100007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 91", true)]
    [InlineData("0100007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 91", true)]
    [InlineData("0100007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000    33        0 91", false)]
    [InlineData("0000000000000000FFFF00000100007F:C350 0000000000000000FFFF00000100007F:1F90 01 00000000:00000000 00:00000000 00000000 1000 0 91", true)]
    [InlineData("0000000000000000FFFF00000100007F:C350 0000000000000000FFFF00000100007F:1F90 01 00000000:00000000 00:00000000 00000000 101 0 91", false)]
    [InlineData("0100007F:C350 0100007F:1F90 05 00000000:00000000 00:00000000 00000000     0        0 0", false)]
    [InlineData("0100007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 0", false)]
    [InlineData("0200007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 91", null)]
    [InlineData("nonsense", null)]
    public void Judge_ClientOfThisMachine_IsOwnWhereItsUserIs(string row, bool? expected)
    {
        string[] lines = [Header, "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 24 1", ServerRow, $"   3: {row} 1 0000"];

        Assert.Equal(expected, ConnectionUser.Judge(lines, new IPEndPoint(IPAddress.Loopback, 50000), new IPEndPoint(IPAddress.Parse("::ffff:127.0.0.1"), 8080), "1000"));
    }

    [Fact]
    public void Judge_ClientHasGone_IsNotOwn() =>
        Assert.False(ConnectionUser.Judge([Header, ServerRow.Replace(" 01 ", " 08 ", StringComparison.Ordinal)], new IPEndPoint(IPAddress.Loopback, 50000), new IPEndPoint(IPAddress.Loopback, 8080), "1000"));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task IsOwn_ConnectionOfThisProcess_IsFoundInTheSystemsTables(string address)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells.");
        using var listener = new TcpListener(IPAddress.Parse(address), 0);
        listener.Start();
        using var client = new TcpClient(AddressFamily.InterNetworkV6);
        client.Client.DualMode = true;
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, TestContext.Current.CancellationToken);
        using var accepted = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        var (here, there) = ((IPEndPoint)accepted.LocalEndPoint!, (IPEndPoint)accepted.RemoteEndPoint!);

        Assert.True(ConnectionUser.IsOwn(new DefaultHttpContext { Connection = { LocalIpAddress = here.Address, LocalPort = here.Port, RemoteIpAddress = there.Address, RemotePort = there.Port } }));
    }

    [Theory]
    [InlineData("65534", "HTTP/1.1 403 Forbidden")]
    [InlineData("0", "HTTP/1.1 200 OK")]
    public async Task Request_OfAnotherUserWithoutAnyMark_IsRefused(string user, string expected)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && File.Exists("/usr/bin/setpriv") && File.Exists("/bin/bash"), "Only root can be somebody else.");
        await using var server = await HttpServer.StartAsync();
        var port = server.Client.BaseAddress!.Port;
        var asking = $"exec 3<>/dev/tcp/127.0.0.1/{port} && printf 'GET /api/v1/agents HTTP/1.1\\r\\nHost: 127.0.0.1:{port}\\r\\nConnection: close\\r\\n\\r\\n' >&3 && head -n 1 <&3";
        using var proxy = Process.Start(new ProcessStartInfo("/usr/bin/setpriv", ["--reuid", user, "--regid", user, "--clear-groups", "/bin/bash", "-c", asking]) { RedirectStandardOutput = true, UseShellExecute = false })!;

        Assert.Equal(expected, (await proxy.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Trim());
    }

    [Fact]
    public void IsOwn_NoConnection_NobodyKnows() => Assert.Null(ConnectionUser.IsOwn(new DefaultHttpContext()));
}
