using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Actant.Egress;

/// <summary>Resolves, checks and connects, in that order and with one answer of the resolver: a later answer can change nothing.</summary>
internal sealed class GuardedConnector(EgressRules rules, IHostResolver resolver)
{
    private const int MostAddresses = 8;
    private const int MostRemembered = 1024;
    private readonly ConcurrentDictionary<(string Host, int Port), IPAddress> _last = new();

    /// <summary>The address that was connected to last.</summary>
    public IPAddress? LastAddress(string host, int port) => _last.GetValueOrDefault((host, port));

    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        SocketException? failed = null;
        foreach (var address in await AddressesAsync(host, port, cancellationToken))
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken);
                Remember(host, port, address);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException exception)
            {
                socket.Dispose();
                failed = exception;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw Unreachable(host, failed is null ? "it has no address" : $"no connection ({failed.SocketErrorCode})", failed);
    }

    private static EgressException Unreachable(string host, string why, Exception? inner) =>
        new(EgressErrors.Unreachable, $"'{host}' cannot be reached: {why}.", inner, isTransient: true);

    private async ValueTask<IReadOnlyList<IPAddress>> AddressesAsync(string host, int port, CancellationToken cancellationToken)
    {
        IReadOnlyList<IPAddress> found = IPAddress.TryParse(host, out var literal) ? [literal] : await resolver.ResolveAsync(host, cancellationToken);
        string? why = null;
        var allowed = new List<IPAddress>();
        foreach (var address in found)
        {
            if (rules.WhyNot(address, port) is { } reason)
            {
                why ??= reason;
            }
            else if (allowed.Count < MostAddresses)
            {
                allowed.Add(address);
            }
        }

        return allowed.Count > 0 || why is null ? allowed : throw new EgressException(EgressErrors.Refused, $"{host}:{port} was not called: {why}.");
    }

    private void Remember(string host, int port, IPAddress address)
    {
        if (_last.Count >= MostRemembered)
        {
            _last.Clear();
        }

        _last[(host, port)] = address;
    }
}
