package webhook

import (
	"fmt"
	"net/http"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"corewarden/corefile"
)

// invalid returns the error 422 Invalid with a cause for each problem, which kubectl
// prints line by line. It is built by hand because field.Error would repeat the value,
// which is the whole Corefile.
func invalid(cm *corev1.ConfigMap, problems []corefile.Problem) error {
	causes := make([]metav1.StatusCause, len(problems))
	lines := make([]string, len(problems))
	for i, p := range problems {
		causes[i] = metav1.StatusCause{Type: metav1.CauseTypeFieldValueInvalid, Field: field(cm, p), Message: sentence(p)}
		lines[i] = causes[i].Field + ": " + causes[i].Message
	}
	return &apierrors.StatusError{ErrStatus: metav1.Status{
		Status:  metav1.StatusFailure,
		Code:    http.StatusUnprocessableEntity,
		Reason:  metav1.StatusReasonInvalid,
		Message: fmt.Sprintf("ConfigMap %q is invalid: %s", cm.Name, strings.Join(lines, "; ")),
		Details: &metav1.StatusDetails{Name: cm.Name, Kind: "ConfigMap", Causes: causes},
	}}
}

func field(cm *corev1.ConfigMap, p corefile.Problem) string {
	if p.File == "" {
		return "data"
	}
	return valueOf(cm).Field(p.File)
}

// sentence tells a problem: its place in the key, what is wrong, and whom it concerns.
func sentence(p corefile.Problem) string {
	text := p.Message + " (" + p.Rule
	if p.Line > 0 {
		text = fmt.Sprintf("line %d, column %d: %s", p.Line, p.Column, text)
	}
	server, _, _ := strings.Cut(p.Server, " (") // without its version
	switch several := strings.Contains(p.Server, " and "); {
	case p.Server == "":
	case p.Severity == corefile.Error:
		text += "; stops " + p.Server
	case !several && !strings.Contains(p.Message, server):
		text += "; on " + p.Server
	}
	return text + ")"
}

// moreWarnings counts those for which there was no room.
const moreWarnings = "%d more warnings"

// sentences tells problems of a ConfigMap, each with its field.
func sentences(cm *corev1.ConfigMap, problems []corefile.Problem) []string {
	var told []string
	for _, p := range problems {
		told = append(told, field(cm, p)+": "+sentence(p))
	}
	return told
}
