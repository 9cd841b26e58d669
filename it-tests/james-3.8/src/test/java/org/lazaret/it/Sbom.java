package org.lazaret.it;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/** The bill of materials in a packed jar. */
final class Sbom {
    static final String ENTRY = "META-INF/sbom/lazaret.cdx.xml";

    /**
     * An artifact that classes of the jar come from.
     *
     * @param licences identifiers of SPDX, or names
     */
    record Component(String group, String name, String version, String sha256, List<String> licences) {
        boolean isOurs() {
            return group.equals("org.lazaret");
        }

        /** Where Maven keeps it. */
        Path artifact() {
            return Path.of(System.getProperty("lazaret.repository")).resolve(group.replace('.', '/')).resolve(name).resolve(version)
                .resolve(name + "-" + version + ".jar");
        }

        @Override
        public String toString() {
            return group + ":" + name + ":" + version;
        }
    }

    private Sbom() {
    }

    static List<Component> of(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile()); InputStream in = file.getInputStream(file.getEntry(ENTRY))) {
            Element root = DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().parse(in).getDocumentElement();
            List<Component> components = new ArrayList<>();
            for (Element component : children(children(root, "components").getFirst(), "component")) {
                List<String> licences = new ArrayList<>();
                for (Element all : children(component, "licenses")) {
                    for (Element licence : children(all, "license")) {
                        licences.add(children(licence, "id").isEmpty() ? text(licence, "name") : text(licence, "id"));
                    }
                    children(all, "expression").forEach(expression -> licences.add(expression.getTextContent()));
                }
                String hash = children(children(component, "hashes").getFirst(), "hash").stream()
                    .filter(each -> each.getAttribute("alg").equals("SHA-256")).findFirst().orElseThrow().getTextContent();
                components.add(new Component(text(component, "group"), text(component, "name"), text(component, "version"), hash, licences));
            }
            return components;
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException(jar + ": " + e.getMessage(), e);
        }
    }

    private static String text(Element parent, String name) {
        return children(parent, name).getFirst().getTextContent();
    }

    private static List<Element> children(Element parent, String name) {
        List<Element> children = new ArrayList<>();
        for (Node child = parent.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child instanceof Element element && element.getTagName().equals(name)) {
                children.add(element);
            }
        }
        return children;
    }
}
