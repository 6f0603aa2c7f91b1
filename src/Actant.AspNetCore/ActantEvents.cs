using Actant.CloudEvents;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore;

/// <summary>Jobs as CloudEvents of senders that have no key, such as a broker that only knows an address.</summary>
public static class ActantEvents
{
    /// <summary>
    /// Takes jobs without a key where an application says so, and answers nothing else there: a listener of its own, which a firewall keeps for those
    /// who may send. Before <see cref="ActantEndpoints.MapActant"/>.
    /// </summary>
    /// <param name="app">The application.</param>
    /// <param name="isOpen">Whether a connection is to that listener.</param>
    /// <param name="owners">Whose the jobs are.</param>
    public static IApplicationBuilder UseOpenEvents(this IApplicationBuilder app, Func<ConnectionInfo, bool> isOpen, JobOwners owners) =>
        app.Use((HttpContext context, RequestDelegate next) =>
        {
            if (!isOpen(context.Connection))
            {
                return next(context);
            }

            if (context.Request.Path != "/" || !HttpMethods.IsPost(context.Request.Method))
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            }

            context.Features.Set(owners);
            return next(context);
        });
}
