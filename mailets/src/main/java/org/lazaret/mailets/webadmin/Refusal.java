package org.lazaret.mailets.webadmin;

import org.apache.james.webadmin.utils.ErrorResponder;
import org.apache.james.webadmin.utils.ErrorResponder.ErrorType;
import spark.HaltException;

/** Answers that say no, in the form that James' own routes have. */
final class Refusal {
    private Refusal() {
    }

    /** 400: the request says what is not allowed. */
    static HaltException wrong(String reason) {
        return of(400, ErrorType.INVALID_ARGUMENT, reason);
    }

    /** 403: a browser sends it for a page that has no business here. */
    static HaltException foreign(String origin) {
        return of(403, ErrorType.INVALID_ARGUMENT, "Pages of " + origin + " may change nothing here: see cors.origin in webadmin.properties");
    }

    /** 404: there is no such thing. */
    static HaltException missing(String what) {
        return of(404, ErrorType.NOT_FOUND, "There is no " + what);
    }

    /** 409: it is not in a state for that. */
    static HaltException conflict(String reason) {
        return of(409, ErrorType.WRONG_STATE, reason);
    }

    /** 410: it was there once. */
    static HaltException gone(String what) {
        return of(410, ErrorType.NOT_FOUND, what + " is gone");
    }

    /** 412: somebody else was faster. */
    static HaltException outdated(String reason) {
        return of(412, ErrorType.WRONG_STATE, reason);
    }

    /** 428: it does not say what it starts from. */
    static HaltException unconditional(String reason) {
        return of(428, ErrorType.INVALID_ARGUMENT, reason);
    }

    /** 503: it did not work this time; nothing was changed. */
    static HaltException failed(String reason) {
        return of(503, ErrorType.SERVER_ERROR, reason);
    }

    private static HaltException of(int status, ErrorType type, String message) {
        return ErrorResponder.builder().statusCode(status).type(type).message("%s", message).haltError();
    }
}
