<?xml version="1.0" encoding="UTF-8"?>
<!-- Of what this module depends on, what goes into one of its two jars, as a bill of materials: CycloneDX 1.6. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://cyclonedx.org/schema/bom/1.6">
    <xsl:param name="jar"/>
    <xsl:param name="version"/>
    <xsl:param name="timestamp"/>
    <!-- Names of artifacts that the jar is packed without, with a space around each. -->
    <xsl:param name="without"/>
    <!-- Folder of files NAME-VERSION.jar.xml with the SHA-256 of each artifact. -->
    <xsl:param name="hashes"/>
    <xsl:output method="xml" encoding="UTF-8" indent="yes"/>
    <!-- Those of SPDX' identifiers that occur; other licences are given by their names. -->
    <xsl:variable name="spdx" select="' 0BSD Apache-2.0 BSD-2-Clause EPL-2.0 MIT '"/>

    <xsl:template match="/libraries">
        <bom version="1">
            <metadata>
                <timestamp><xsl:value-of select="$timestamp"/></timestamp>
                <component type="library" bom-ref="{$jar}">
                    <group>org.lazaret</group>
                    <name><xsl:value-of select="$jar"/></name>
                    <version><xsl:value-of select="$version"/></version>
                    <licenses>
                        <license>
                            <id>Apache-2.0</id>
                        </license>
                    </licenses>
                </component>
            </metadata>
            <components>
                <xsl:apply-templates select="library[not(contains($without, concat(' ', @name, ' ')))]">
                    <xsl:sort select="@group"/>
                    <xsl:sort select="@name"/>
                </xsl:apply-templates>
            </components>
        </bom>
    </xsl:template>

    <xsl:template match="library">
        <xsl:variable name="purl" select="concat('pkg:maven/', @group, '/', @name, '@', @version, '?type=jar')"/>
        <component type="library" bom-ref="{$purl}">
            <group><xsl:value-of select="@group"/></group>
            <name><xsl:value-of select="@name"/></name>
            <version><xsl:value-of select="@version"/></version>
            <hashes>
                <hash alg="SHA-256"><xsl:value-of select="document(concat($hashes, '/', @name, '-', @version, '.jar.xml'))/hash"/></hash>
            </hashes>
            <licenses>
                <xsl:for-each select="licence">
                    <license>
                        <xsl:choose>
                            <xsl:when test="contains($spdx, concat(' ', ., ' '))">
                                <id><xsl:value-of select="."/></id>
                            </xsl:when>
                            <xsl:otherwise>
                                <name><xsl:value-of select="."/></name>
                            </xsl:otherwise>
                        </xsl:choose>
                    </license>
                </xsl:for-each>
            </licenses>
            <purl><xsl:value-of select="$purl"/></purl>
        </component>
    </xsl:template>
</xsl:stylesheet>
