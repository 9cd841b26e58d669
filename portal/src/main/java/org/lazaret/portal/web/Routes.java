package org.lazaret.portal.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Which page answers which path. A path is matched segment by segment; {@code *} stands for any one segment. */
public final class Routes {

    /** What answers a call. */
    @FunctionalInterface
    public interface Responder {
        Answer answer(Call call);
    }

    /** What a call leads to. */
    public sealed interface Match {
        /**
         * A page.
         *
         * @param maxForm bytes that its form may have
         */
        record Found(Responder responder, int maxForm) implements Match {
        }

        /** A page that takes other methods only. */
        record OtherMethod(String allowed) implements Match {
        }

        /** No page. */
        record Nothing() implements Match {
        }
    }

    private record Route(String method, List<String> pattern, int maxForm, Responder responder) {
        boolean matches(List<String> path) {
            if (path.size() != pattern.size()) {
                return false;
            }
            for (int i = 0; i < path.size(); i++) {
                if (!pattern.get(i).equals("*") && !pattern.get(i).equals(path.get(i))) {
                    return false;
                }
            }
            return true;
        }
    }

    private final List<Route> routes = new ArrayList<>();

    public Routes get(String path, Responder responder) {
        routes.add(new Route("GET", segments(path), 0, responder));
        return this;
    }

    public Routes post(String path, Responder responder) {
        return post(path, WebServer.MAX_FORM, responder);
    }

    /** @param maxForm bytes that the form may have */
    public Routes post(String path, int maxForm, Responder responder) {
        routes.add(new Route("POST", segments(path), maxForm, responder));
        return this;
    }

    /** The paths that take a method, for tests that must not forget one. */
    public List<String> paths(String method) {
        return routes.stream().filter(route -> route.method().equals(method)).map(route -> "/" + String.join("/", route.pattern())).toList();
    }

    public Match match(String method, List<String> path) {
        List<Route> candidates = routes.stream().filter(route -> route.matches(path)).toList();
        if (candidates.isEmpty()) {
            return new Match.Nothing();
        }
        String wanted = method.equals("HEAD") ? "GET" : method;
        Optional<Route> route = candidates.stream().filter(candidate -> candidate.method().equals(wanted)).findFirst();
        if (route.isPresent()) {
            return new Match.Found(route.get().responder(), route.get().maxForm());
        }
        TreeSet<String> allowed = new TreeSet<>();
        for (Route candidate : candidates) {
            allowed.add(candidate.method());
            if (candidate.method().equals("GET")) {
                allowed.add("HEAD");
            }
        }
        return new Match.OtherMethod(String.join(", ", allowed));
    }

    /** The segments of a path, without empty ones at its ends. */
    public static List<String> segments(String path) {
        String inner = path.startsWith("/") ? path.substring(1) : path;
        if (inner.endsWith("/")) {
            inner = inner.substring(0, inner.length() - 1);
        }
        return inner.isEmpty() ? List.of() : List.of(inner.split("/", -1));
    }
}
