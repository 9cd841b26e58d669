package org.lazaret.portal;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.lazaret.policy.language.Texts;
import org.lazaret.portal.session.Session;
import org.lazaret.portal.view.Page;
import org.lazaret.portal.web.Answer;

/**
 * Renders the precompiled templates in one language. They are loaded by our own class loader, since a thread's context class
 * loader is the server's.
 */
final class Pages {
    private static final TemplateEngine ENGINE = engine();

    private final Texts texts;
    private final Assets assets;
    private final String base;

    Pages(Texts texts, Assets assets, String base) {
        this.texts = texts;
        this.assets = assets;
        this.base = base;
    }

    /** JTE 3.2 keeps the context class loader of the thread that creates the engine, whatever class loader it is given. */
    private static TemplateEngine engine() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(Pages.class.getClassLoader());
        try {
            return TemplateEngine.createPrecompiled(null, ContentType.Html, Pages.class.getClassLoader(), "org.lazaret.portal.pages");
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    Texts texts() {
        return texts;
    }

    String base() {
        return base;
    }

    /** A page; its title is the text {@code title.…} of that key. */
    Answer page(int status, String template, String title, Optional<Session> session, Map<String, Object> values) {
        return render(status, template, texts.say(title), session, values);
    }

    Answer message(int status, String key, Optional<Session> session, String link, String linkText) {
        return render(status, "message.jte", texts.say(key + ".heading"), session,
            Map.of("heading", texts.say(key + ".heading"), "text", texts.say(key + ".text"), "link", link, "linkText", linkText));
    }

    Answer message(int status, String key, Optional<Session> session) {
        return message(status, key, session, "", "");
    }

    /** The page of an error, without any detail of it. */
    Answer error(int status) {
        String key = "error." + (texts.knows("error." + status) ? status : status < 500 ? 400 : 500);
        return render(status, "message.jte", texts.say(key), Optional.empty(), Map.of("heading", texts.say(key), "text", texts.say(key + ".text")));
    }

    private Answer render(int status, String template, String title, Optional<Session> session, Map<String, Object> values) {
        Map<String, Object> all = new HashMap<>(values);
        all.put("page", new Page(texts, base, base + assets.stylesheet(), base + assets.icon(), title, session));
        StringOutput output = new StringOutput();
        ENGINE.render(template, all, output);
        return Answer.html(status, output.toString());
    }
}
