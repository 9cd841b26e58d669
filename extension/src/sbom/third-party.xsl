<?xml version="1.0" encoding="UTF-8"?>
<!-- What of others is in a jar, and under which licences, as text for people. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:b="http://cyclonedx.org/schema/bom/1.6">
    <xsl:output method="text" encoding="UTF-8"/>

    <xsl:template match="/">
        <xsl:text>Libraries in this jar, each with its licences. The texts are in the folders beside this file, which are named like the&#10;</xsl:text>
        <xsl:text>libraries; where there is none, META-INF/LICENSE is the text.&#10;&#10;</xsl:text>
        <xsl:for-each select="b:bom/b:components/b:component[b:group != 'org.lazaret']">
            <xsl:sort select="b:group"/>
            <xsl:sort select="b:name"/>
            <xsl:value-of select="concat(b:group, ':', b:name, ':', b:version, ' - ')"/>
            <xsl:for-each select="b:licenses/b:license|b:licenses/b:expression">
                <xsl:if test="position() &gt; 1"> or </xsl:if>
                <xsl:choose>
                    <xsl:when test="b:id"><xsl:value-of select="b:id"/></xsl:when>
                    <xsl:when test="b:name"><xsl:value-of select="b:name"/></xsl:when>
                    <xsl:otherwise><xsl:value-of select="."/></xsl:otherwise>
                </xsl:choose>
            </xsl:for-each>
            <xsl:text>&#10;</xsl:text>
        </xsl:for-each>
    </xsl:template>
</xsl:stylesheet>
