/**
 * Lazaret under James' webadmin: what administrators do in the portal, for programs. Takes requests and hands them to the same facades; nothing is
 * decided here. {@code docs/openapi.yaml} describes every operation, and a test holds both together.
 */
@NullMarked
package org.lazaret.mailets.webadmin;

import org.jspecify.annotations.NullMarked;
