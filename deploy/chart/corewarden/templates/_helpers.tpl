{{- /* The labels of every object. */ -}}
{{- define "corewarden.labels" -}}
app.kubernetes.io/name: corewarden
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- /* The labels by which the pods that serve are selected. */ -}}
{{- define "corewarden.webhookPods" -}}
app.kubernetes.io/name: corewarden
app.kubernetes.io/component: webhook
{{- end -}}

{{- define "corewarden.image" -}}
{{ .Values.image.repository }}
{{- if .Values.image.digest }}@{{ .Values.image.digest }}{{ else }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ end }}
{{- end -}}

{{- /* What the pods of both Deployments have in common. */ -}}
{{- define "corewarden.scheduling" -}}
dnsPolicy: Default
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{ toYaml . | nindent 0 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{ toYaml . | nindent 0 }}
{{- end }}
{{- end -}}

{{- define "corewarden.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{- /* Nothing of another namespace is asked about. */ -}}
{{- define "corewarden.kubeSystem" -}}
matchExpressions:
- key: kubernetes.io/metadata.name
  operator: In
  values: [kube-system]
{{- end -}}

{{- /* The name and the labels of both webhook configurations. */ -}}
{{- define "corewarden.webhooksMetadata" -}}
name: corewarden
labels:
  {{- include "corewarden.labels" . | nindent 2 }}
  admissions.enforcer/disabled: "true"
  remediation.webhook.shoot.gardener.cloud/exclude: "true"
{{- if eq .Values.certificates.mode "cert-manager" }}
annotations:
  cert-manager.io/inject-ca-from: {{ .Release.Namespace }}/corewarden-webhook
{{- end }}
{{- end -}}

{{- define "corewarden.extraConfigsCondition" -}}
name: dns-extra-configs
expression: >-
  object.?metadata.?name.orValue('')
  in ['dns-extra-configs', 'coredns-extra-configs', 'node-local-dns-extra-configs']
{{- end -}}
