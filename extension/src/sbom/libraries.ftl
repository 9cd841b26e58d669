<#-- What this module depends on, for sbom.xsl. -->
<libraries>
<#list dependencyMap as entry>
<#assign library = entry.getKey()/>
    <library group="${library.groupId?xml}" name="${library.artifactId?xml}" version="${library.version?xml}">
<#list entry.getValue() as licence>
        <licence>${licence?xml}</licence>
</#list>
    </library>
</#list>
</libraries>
