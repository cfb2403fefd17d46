from django.apps import AppConfig


class TransferConfig(AppConfig):
    name = "domain.transfer"
    label = "transfer"
    verbose_name = "Transfer"

    def ready(self) -> None:
        from domain.jobs import work
        from domain.jobs.models import JobKind
        from domain.transfer.exporting.running import run_export
        from domain.transfer.working import run_import, run_preview, run_revert

        work.register(JobKind.EXPORT, run_export)
        work.register(JobKind.IMPORT, run_import)
        work.register(JobKind.PREVIEW, run_preview)
        work.register(JobKind.REVERT, run_revert)
