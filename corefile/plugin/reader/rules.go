package reader

// The rules of plugins. Each is the Rule of a corefile.Problem.
const (
	RuleBindElsewhere       = "bind-elsewhere"
	RuleConflict            = "conflicting-settings"
	RuleIgnored             = "ignored-text"
	RuleInvalidValue        = "invalid-value"
	RuleMissingProperty     = "missing-property"
	RuleOldBehaviour        = "old-behaviour"
	RulePodAddress          = "pod-address"
	RulePodFile             = "pod-file"
	RulePodNetwork          = "pod-network"
	RuleRepeatedPlugin      = "repeated-plugin"
	RuleSilentZone          = "silent-zone"
	RuleUnavailableProperty = "unavailable-property"
	RuleUnknownProperty     = "unknown-property"
	RuleWrongArguments      = "wrong-arguments"
)
