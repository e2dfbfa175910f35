{{- define "plate-recognizer.name" -}}
{{- default .Release.Name .Values.name -}}
{{- end -}}

{{- /* Neither name nor instance: by those the operator's own objects are selected. */ -}}
{{- define "plate-recognizer.labels" -}}
app.kubernetes.io/part-of: platerec
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}
