package extraconfig

import "strings"

// CopyLabel is on each immutable copy of a ConfigMap that pods load in its place, where they
// are pinned to what their stamp names. Its value is the name of that ConfigMap.
const CopyLabel = "corewarden.io/copy-of"

// copyDigits is how much of a stamp's digits a copy's name has: 64 bits of the hash.
const copyDigits = 16

// CopyName returns the name of the copy of a ConfigMap for a stamp: that of the ConfigMap with
// the version and the first digits of the stamp, as in dns-extra-configs-v1-0123456789abcdef.
// There is none for what is no stamp.
func CopyName(configMap, stamp string) string {
	version, digits, found := strings.Cut(stamp, ":")
	if !found || !isLowerAlphanumeric(version) || len(digits) < copyDigits || !isLowerAlphanumeric(digits) {
		return ""
	}
	return configMap + "-" + version + "-" + digits[:copyDigits]
}

// CopyOf returns the name of the judged ConfigMap that one of the given name is a copy of.
// It is "" where that is no copy.
func CopyOf(name string) string {
	for _, configMap := range Bundles() {
		stamp, found := strings.CutPrefix(name, configMap+"-")
		if found && CopyName(configMap, strings.Replace(stamp, "-", ":", 1)) == name {
			return configMap
		}
	}
	return ""
}

func isLowerAlphanumeric(text string) bool {
	return text != "" && strings.Trim(text, "0123456789abcdefghijklmnopqrstuvwxyz") == ""
}
