package org.lazaret.portal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;
import org.lazaret.portal.web.Answer;
import org.lazaret.portal.web.Call;

/** The style sheet and the icon. Their names carry a hash of their bytes, so browsers keep them for good. */
final class Assets {
    private record Asset(String type, byte[] bytes) {
    }

    private final String stylesheet;
    private final String icon;
    private final Map<String, Asset> assets;

    Assets() {
        Asset css = new Asset("text/css; charset=utf-8", read("portal.css"));
        Asset svg = new Asset("image/svg+xml", read("portal.svg"));
        stylesheet = "lazaret-" + hash(css.bytes()) + ".css";
        icon = "lazaret-" + hash(svg.bytes()) + ".svg";
        assets = Map.of(stylesheet, css, icon, svg);
    }

    String stylesheet() {
        return "/assets/" + stylesheet;
    }

    String icon() {
        return "/assets/" + icon;
    }

    Optional<Answer> answer(Call call) {
        return Optional.ofNullable(assets.get(call.segment(1))).map(asset -> new Answer(200, List.of(
            new Answer.Header("Content-Type", asset.type()),
            new Answer.Header("Cache-Control", "public, max-age=31536000, immutable")), asset.bytes()));
    }

    private static byte[] read(String name) {
        try (@Nullable InputStream in = Assets.class.getResourceAsStream("/org/lazaret/portal/" + name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing beside the portal's classes");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hash(byte[] bytes) {
        return DigestUtils.sha256Hex(bytes).substring(0, 16);
    }
}
